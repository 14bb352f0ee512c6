// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>
#include <type_traits>
#include <vector>

#include "abut/graph.hpp"

namespace abut::tests {

/// "1.5F": the shortest text that gives the same float.
inline std::string float_text(float value) {
    const auto text = fmt::format("{}", value);
    return text.find_first_of(".en") == std::string::npos ? text + ".0F" : text + "F";
}

/// "{1, 2}".
template <class List>
std::string braced(const List& list) {
    std::string text;
    for (const auto& element : list) {
        if (!text.empty()) text += ", ";
        if constexpr (std::is_floating_point_v<std::decay_t<decltype(element)>>) {
            text += float_text(element);
        } else {
            text += fmt::format("{}", element);
        }
    }
    return '{' + text + '}';
}

/// The call of the Graph API that appends `node`, its inputs by these names. One value, or a list for several results.
std::string call_text(const Graph& graph, const Node& node, const std::vector<std::string>& inputs);

}  // namespace abut::tests
