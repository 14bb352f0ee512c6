// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "zoo/zoo.hpp"

namespace abut::zoo {

/// The values of a network's arguments, its defaults included.
class Arguments {
public:
    explicit Arguments(std::span<const ZooArgument> defaults);

    void set(std::string_view key, std::int64_t value);
    /// Throws InvalidArgument for a key that the network does not have.
    [[nodiscard]] std::int64_t operator[](std::string_view key) const;

private:
    std::vector<std::pair<std::string_view, std::int64_t>> values_;
};

/// NAME:KEY=VALUE,... in its parts; they refer to `text`. Throws InvalidArgument where the form is another.
struct NetworkText {
    std::string_view name;
    std::vector<std::pair<std::string_view, std::int64_t>> values;
};
NetworkText parse_network_text(std::string_view text);

/// Throws InvalidArgument unless `argument` accepts `value`.
void check_range(const ZooEntry& entry, const ZooArgument& argument, std::int64_t value);

}  // namespace abut::zoo
