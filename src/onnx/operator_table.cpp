// SPDX-License-Identifier: Apache-2.0
#include "onnx/operator_table.hpp"

#include <algorithm>
#include <array>

namespace abut::onnx {

const OperatorEntry* find_operator(std::string_view name) {
    constexpr std::array groups = {control_operators,       convolution_operators, dense_operators,  elementwise_operators,
                                   function_operators,      gather_operators,      join_operators,   logic_operators,
                                   normalization_operators, pool_operators,        reduce_operators, resample_operators,
                                   shape_operators,         value_operators};
    for (const auto group : groups) {
        const auto entries = group();
        const auto found = std::ranges::find(entries, name, &OperatorEntry::name);
        if (found != entries.end()) return &*found;
    }
    return nullptr;
}

}  // namespace abut::onnx
