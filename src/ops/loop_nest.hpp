// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "abut/shape.hpp"

namespace abut::ops {

/// Operands of the nests of kernels that have one input and one output.
inline constexpr std::size_t x_operand = 0;
inline constexpr std::size_t y_operand = 1;
/// Fewer lanes than these are not worth a vector.
inline constexpr std::int64_t half_vector = 8;

/// One loop of a kernel: its extent and, for each operand, the elements that a step moves it by (0 repeats).
struct LoopAxis {
    std::int64_t extent = 1;
    std::vector<std::int64_t> strides;
    int map = -1;  ///< the axis whose table gives an operand's index; a loop with one neither joins others nor is dropped
};

/// Loops around a kernel's body, outermost first. More of them than Dims has room for are fine.
using LoopNest = std::vector<LoopAxis>;

/// One loop an axis of `shape`, one stride an operand.
LoopNest loop_nest(const Shape& shape, std::span<const Strides> operands);
/// Product of the extents; 1 for no loops.
std::int64_t iterations(const LoopNest& nest);

/// Drops loops of extent 1, orders the others so that `operand` is walked in the order of memory, and joins neighbours that
/// all operands walk as one.
LoopNest normalised(LoopNest nest, std::size_t operand);
/// The same without a change of order: for loops whose order is that of the results.
LoopNest joined(LoopNest nest);

/// Takes loop `index` out of the nest.
LoopAxis taken(LoopNest& nest, std::size_t index);
/// Which loop (by index; -1 for an empty nest) should run in vectors: the one that `operands` walk in single steps if it
/// fills half a vector, else one that any operand walks so, else the longest.
int lane_axis(const LoopNest& nest, std::span<const std::size_t> operands);

/// Stride of `operand` in every loop.
std::vector<std::int64_t> strides_of(const LoopNest& nest, std::size_t operand);
std::vector<std::int64_t> extents_of(const LoopNest& nest);

}  // namespace abut::ops
