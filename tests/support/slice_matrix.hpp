// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/run_step.hpp"

/// Operations whose views are slices at every offset and pitch that kernels tell apart.
namespace abut::test {

/// How far apart the rows of channels (or columns) of a slice lie.
enum class Pitch : std::uint8_t { Packed, Of64Bytes, Of16Bytes, Odd };

inline const std::vector<Pitch> every_pitch{Pitch::Packed, Pitch::Of64Bytes, Pitch::Of16Bytes, Pitch::Odd};
std::string to_string(Pitch pitch);

struct SlicedOperation {
    std::string name;
    Operation operation;
    std::vector<Tensor> inputs;
    std::size_t views = 1;  ///< the first so many inputs are slices, the others constants
};

/// A convolution, products with a matrix that is a constant and one that is not, and a sum; channels are a vector and a part
/// of one.
const std::vector<SlicedOperation>& sliced_operations();
const SlicedOperation& sliced_operation(const std::string& name);

struct SlicePlace {
    Pitch pitch = Pitch::Packed;
    std::int64_t offset = 0;  ///< elements behind a multiple of 64 bytes
};

Placed slice_at(const Shape& shape, SlicePlace place);
/// The operation with its views at `in` and its output at `out`.
PreparedStep sliced_step(const Device& device, const SlicedOperation& test, SlicePlace in, SlicePlace out,
                         const Lowering& lowering = ops::lower);
/// Lowers as if no view were known to lie at a multiple of more than `bytes`.
Lowering knowing_at_most(std::int64_t bytes);
/// Lowers as if each view lay at a multiple of `bytes`, whether or not it does.
Lowering promising(std::int64_t bytes);

}  // namespace abut::test
