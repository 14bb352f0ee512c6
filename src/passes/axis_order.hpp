// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "abut/graph.hpp"

namespace abut::passes {

/// A value whose elements changed places along one axis: at index i lies what was at source[i].
struct AxisOrder {
    int axis = 0;
    std::vector<std::int64_t> source;
    bool operator==(const AxisOrder&) const = default;

    [[nodiscard]] bool is_identity() const;
    /// The same order along another axis.
    [[nodiscard]] AxisOrder along(int other_axis) const { return {other_axis, source}; }
};

/// Nothing for the order that changes no place.
std::optional<AxisOrder> unless_identity(AxisOrder order);

/// `constant` with its elements in `order`, which has as many places as the axis. Its data must be at hand.
std::shared_ptr<const void> ordered_elements(const Value& constant, const AxisOrder& order);

}  // namespace abut::passes
