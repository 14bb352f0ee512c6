// SPDX-License-Identifier: Apache-2.0
#include "support/form.hpp"

#include <algorithm>

namespace abut::test {
namespace {

/// Strides of a dense tensor whose axes go from the outermost, order[0], to the innermost.
Layout ordered(const Shape& shape, const std::vector<int>& order, std::int64_t longer) {
    Layout layout{shape, Dims::filled(shape.rank(), 1)};
    std::int64_t stride = 1;
    for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
        layout.strides[*axis] = stride;
        stride *= shape[*axis] + longer;
    }
    return layout;
}

std::vector<int> row_major_order(int rank) {
    std::vector<int> order;
    for (int axis = 0; axis < rank; ++axis) order.push_back(axis);
    return order;
}

}  // namespace

Placed placed_as(Form form, const Shape& shape) {
    std::vector<int> order = row_major_order(shape.rank());
    switch (form) {
        case Form::Dense:
            return {.layout = Layout::dense(shape), .offset = 0};
        case Form::Last:
            return {.layout = Layout::channels_last(shape), .offset = 0};
        case Form::SlicedDense:
            return {.layout = ordered(shape, order, 3), .offset = 5};
        case Form::SlicedLast: {
            if (shape.rank() < 2) return {.layout = Layout::dense(shape), .offset = 3};
            Shape whole = shape;
            whole[1] += 11;
            return placed_in(Layout::channels_last(whole), shape, 1, 7, 2);
        }
        case Form::Reversed:
            std::ranges::reverse(order);
            return {.layout = ordered(shape, order, 0), .offset = 1};
    }
    return {};
}

std::string to_string(Form form) {
    constexpr const char* names[] = {"last", "dense", "sliced dense", "sliced last", "reversed"};
    return names[static_cast<std::size_t>(form)];
}

}  // namespace abut::test
