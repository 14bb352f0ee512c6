// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/kernel_spec.hpp"
#include "ops/loop_nest.hpp"

namespace abut::ops {

/// Where the elements along one axis come from, one entry an element of the output. Nothing: each from the one of the same
/// index.
using AxisMap = std::vector<std::int32_t>;

/// Throws Unsupported for an axis with more elements than a table has: 2^24, what float32 counts one by one.
void require_table_size(std::int64_t elements);

/// Tables that kernels read, one after another in one packed constant: indices as the bits of a float32, and numbers.
class AxisTables {
public:
    /// Index of the table's first entry.
    std::int64_t add(std::span<const std::int32_t> indices);
    std::int64_t add(std::span<const float> numbers);
    [[nodiscard]] PackedConstant packed() const;

private:
    std::vector<float> entries_;
};

/// Loops over `shape` with the strides of x and y; mapped axes carry their number as map.
LoopNest mapped_nest(const Shape& shape, const Strides& x, const Strides& y, std::span<const bool> is_mapped);

}  // namespace abut::ops
