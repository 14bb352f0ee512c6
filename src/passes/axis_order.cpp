// SPDX-License-Identifier: Apache-2.0
#include "passes/axis_order.hpp"

#include <cstddef>
#include <cstring>

namespace abut::passes {

bool AxisOrder::is_identity() const {
    for (std::size_t i = 0; i < source.size(); ++i) {
        if (source[i] != static_cast<std::int64_t>(i)) return false;
    }
    return true;
}

std::optional<AxisOrder> unless_identity(AxisOrder order) {
    if (order.is_identity()) return std::nullopt;
    return order;
}

std::shared_ptr<const void> ordered_elements(const Value& constant, const AxisOrder& order) {
    std::size_t outer = 1;
    auto run_bytes = static_cast<std::size_t>(size_bytes(constant.dtype));
    for (int axis = 0; axis < constant.shape.rank(); ++axis) {
        const auto extent = static_cast<std::size_t>(constant.shape[axis]);
        if (axis < order.axis) outer *= extent;
        if (axis > order.axis) run_bytes *= extent;
    }
    const std::size_t row_bytes = order.source.size() * run_bytes;
    const auto elements = std::make_shared<std::vector<std::byte>>(outer * row_bytes);
    const auto* from = static_cast<const std::byte*>(constant.data.get());
    for (std::size_t row = 0; row < outer; ++row) {
        for (std::size_t i = 0; i < order.source.size(); ++i) {
            const auto source = static_cast<std::size_t>(order.source[i]);
            std::memcpy(elements->data() + row * row_bytes + i * run_bytes, from + row * row_bytes + source * run_bytes,
                        run_bytes);
        }
    }
    return {elements, elements->data()};
}

}  // namespace abut::passes
