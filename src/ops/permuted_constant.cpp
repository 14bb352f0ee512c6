// SPDX-License-Identifier: Apache-2.0
#include "ops/permuted_constant.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/checked.hpp"

namespace abut::ops {
namespace {

void permute(const Shape& shape, const Strides& to_strides, const float* from, float* to) {
    const std::int64_t count = element_count(shape);
    Dims index = Dims::filled(shape.rank(), 0);
    std::int64_t offset = 0;
    for (std::int64_t element = 0; element < count; ++element) {
        to[offset] = from[element];
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            offset += to_strides[axis];
            if (++index[axis] < shape[axis]) break;
            offset -= index[axis] * to_strides[axis];
            index[axis] = 0;
        }
    }
}

}  // namespace

Strides permuted_strides(const Shape& shape, std::span<const int> order) {
    Strides strides = Dims::filled(shape.rank(), 0);
    std::int64_t stride = 1;
    for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
        if (shape[*axis] == 1) continue;
        strides[*axis] = stride;
        stride = core::checked_multiply(stride, shape[*axis]);
    }
    return strides;
}

PackedConstant permuted_constant(ValueId value, const Shape& shape, std::span<const int> order) {
    return {.sources = {value},
            .key = fmt::format("permuted {} {}", to_string(shape), fmt::join(order, ",")),
            .size_bytes = core::checked_multiply(element_count(shape), size_bytes(DType::Float32)),
            .pack = [shape, strides = permuted_strides(shape, order)](std::span<const void* const> sources, void* packed) {
                permute(shape, strides, static_cast<const float*>(sources[0]), static_cast<float*>(packed));
            }};
}

}  // namespace abut::ops
