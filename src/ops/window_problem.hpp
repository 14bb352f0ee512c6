// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "ops/fused_expression.hpp"
#include "ops/packing.hpp"

namespace abut::ops {

/// One spatial axis of a convolution.
struct WindowAxis {
    std::int64_t in = 1;  ///< extents
    std::int64_t out = 1;
    std::int64_t kernel = 1;
    std::int64_t stride = 1;
    std::int64_t dilation = 1;
    std::int64_t pad = 0;  ///< before the first element
};

/// Channels of x that lie in a view of their own.
struct Segment {
    std::int64_t channels = 0;  ///< of all groups
    int read = 0;               ///< index into StepSpec::reads
    ImageStrides strides;
    std::int64_t width = 1;  ///< channels that one access may rely on having side by side, aligned to their size
};

/// A view that gets the output, or some of its channels.
struct Store {
    int write = 0;  ///< index into StepSpec::writes
    ImageStrides strides;
    std::int64_t width = 1;     ///< as of a Segment
    std::int64_t first = 0;     ///< of the channels that it gets
    std::int64_t channels = 0;  ///< that it gets; 0: all
    [[nodiscard]] bool is_part() const { return channels != 0; }
};

/// What kernels/cpu/window.cl computes: out = epilogue(sum of prologue(x) * weights).
struct WindowProblem {
    std::int64_t images = 1;
    std::int64_t groups = 1;
    std::int64_t channels = 1;      ///< of a group
    std::int64_t out_channels = 1;  ///< of a group
    WindowAxis rows;
    WindowAxis columns;
    std::vector<Segment> x;  ///< one after another along the channels; mostly one
    std::vector<Store> y;
    FusedExpression prologue;
    FusedExpression epilogue;
};

/// The same problem with images, rows and columns joined where every view walks them as one.
WindowProblem with_joined_axes(WindowProblem problem);

/// How the reduction is ordered: by the operation alone, so that all of its variants add up in the same order.
ReductionOrder reduction_order(const WindowProblem& problem);

/// Whether the depth of `problem` is an argument of its kernel, so that layers which differ only in it share a variant.
bool has_dynamic_depth(const WindowProblem& problem);

}  // namespace abut::ops
