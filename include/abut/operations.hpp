// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "abut/expression.hpp"
#include "abut/opaque.hpp"
#include "abut/shape.hpp"

/// Attributes of the operations. Shapes are in the model's order (NCHW); inputs are listed in the order of Node::inputs.
namespace abut::inline v0 {

using Pair = std::array<std::int64_t, 2>;  ///< height, width
using Pads = std::array<std::int64_t, 4>;  ///< top, left, bottom, right, in elements

/// Inputs: x {N,C,H,W}, weights {O,C/groups,R,S}, then prologue.operands - 1 and epilogue.operands - 1 further values that
/// broadcast to x and to the output. out = epilogue(conv(prologue(x))); the padding is zero after the prologue.
struct Conv2d {
    Pair strides{1, 1};
    Pads pads{0, 0, 0, 0};
    Pair dilations{1, 1};
    std::int64_t groups = 1;
    /// How kernels compute it, to rounding the same: 0, the sums as they are defined; 2 or 4, so many rows and columns of
    /// results at a time by Winograd's minimal filtering on CPUs (A. Lavin, S. Gray, Fast Algorithms for Convolutional
    /// Neural Networks, 2015): of kernels of odd extents with steps of one, 3x3, 5x5, 1x7, ... compile() chooses for graphs.
    std::int64_t winograd = 0;
    /// Output channels of each result {N,parts[i],H',W'}, one after another, where there are several that lie in places of
    /// their own: 32 at most, of one group. Empty: one result {N,O,H',W'} has all. compile() chooses for graphs on CPUs.
    std::vector<std::int64_t> parts{};
    Expression prologue{};
    Expression epilogue{};
    bool operator==(const Conv2d&) const = default;
};

/// Inputs: x {N,C,H,W}, weights {C,O/groups,R,S}, epilogue.operands - 1 further values. The output extent is
/// stride*(in-1) + output_padding + (kernel-1)*dilation + 1 - pads.
struct ConvTranspose2d {
    Pair strides{1, 1};
    Pads pads{0, 0, 0, 0};
    Pair dilations{1, 1};
    Pair output_padding{0, 0};
    std::int64_t groups = 1;
    Expression epilogue{};
    bool operator==(const ConvTranspose2d&) const = default;
};

/// Inputs: a {...,M,K}, b {...,K,N} (batch axes broadcast), epilogue.operands - 1 further values. The flags say that
/// the last two axes of that input are swapped in the given value.
struct Dense {
    bool transpose_a = false;
    bool transpose_b = false;
    Expression epilogue{};
    bool operator==(const Dense&) const = default;
};

/// Inputs: expression.operands values that broadcast together.
struct Elementwise {
    Expression expression{};
    bool operator==(const Elementwise&) const = default;
};

/// Inputs: x, scale, bias, mean, variance, the last four of shape {C}.
struct BatchNorm {
    float epsilon = 1e-5F;
    bool operator==(const BatchNorm&) const = default;
};

enum class PoolKind : std::uint8_t { Max, Average };

/// Input: x {N,C,H,W}. Max ignores padding; Average divides by the elements inside x, or inside the padded x where
/// `count_include_pad`. With `ceil_mode` the output extent is rounded up, less a last window that starts in the padding
/// after x.
struct Pool2d {
    PoolKind kind = PoolKind::Max;
    Pair kernel{1, 1};
    Pair strides{1, 1};
    Pads pads{0, 0, 0, 0};
    Pair dilations{1, 1};
    bool ceil_mode = false;
    bool count_include_pad = false;
    bool operator==(const Pool2d&) const = default;
};

enum class ReduceKind : std::uint8_t { Sum, Mean, Max, Min, Product, SumSquare, L1, L2, LogSum, LogSumExp };

/// Input: x. Axes are normalised, ascending and not empty.
struct Reduce {
    ReduceKind kind = ReduceKind::Sum;
    std::vector<int> axes;
    bool keep_dims = true;
    bool operator==(const Reduce&) const = default;
};

/// Input: x. exp(x - max) / sum along `axis`; its logarithm where `log`.
struct Softmax {
    int axis = -1;
    bool log = false;
    bool operator==(const Softmax&) const = default;
};

enum class ResizeMode : std::uint8_t { Nearest, Linear };
enum class ResizeCoordinates : std::uint8_t { HalfPixel, HalfPixelSymmetric, PytorchHalfPixel, AlignCorners, Asymmetric };
enum class ResizeRounding : std::uint8_t { PreferFloor, PreferCeil, Floor, Ceil };

/// Input: x. `scales` (output over input, one an axis) are those that coordinates are computed with, as ONNX's Resize says;
/// `sizes` is the output's shape.
struct Resize {
    ResizeMode mode = ResizeMode::Nearest;
    ResizeCoordinates coordinates = ResizeCoordinates::HalfPixel;
    ResizeRounding rounding = ResizeRounding::PreferFloor;
    Shape sizes;
    std::vector<float> scales;
    bool operator==(const Resize&) const = default;
};

enum class PadMode : std::uint8_t { Constant, Edge, Reflect, Wrap };

/// Input: x. `before` and `after` may be negative (crop).
struct Pad {
    PadMode mode = PadMode::Constant;
    Dims before;
    Dims after;
    float value = 0;
    bool operator==(const Pad&) const = default;
};

struct Transpose {
    Dims permutation;  ///< axis i of the output is axis permutation[i] of the input
    bool operator==(const Transpose&) const = default;
};

struct Concat {
    int axis = 0;
    bool operator==(const Concat&) const = default;
};

/// Outputs: one a size, in order along `axis`.
struct Split {
    int axis = 0;
    std::vector<std::int64_t> sizes;
    bool operator==(const Split&) const = default;
};

/// Element i of the output along an axis is element begin + i * step of the input; steps are not 0.
struct Slice {
    Dims begin;
    Dims steps;
    Shape sizes;
    bool operator==(const Slice&) const = default;
};

struct Reshape {
    Shape shape;  ///< the output's, without 0 or -1
    bool operator==(const Reshape&) const = default;
};

/// A plain copy of the input; planning inserts it where a value can't live where it is wanted.
struct Copy {
    bool operator==(const Copy&) const = default;
};

/// Input: x, Bool for Float32 and Float32 for Bool. True is 1; all that is not 0 is true, NaN too.
struct Cast {
    DType to = DType::Float32;
    bool operator==(const Cast&) const = default;
};

using Operation = std::variant<Conv2d, ConvTranspose2d, Dense, Elementwise, BatchNorm, Pool2d, Reduce, Softmax, Resize, Pad,
                               Transpose, Concat, Split, Slice, Reshape, Copy, Cast, Opaque>;

/// "conv2d", "concat": the stem of the operation's files.
ABUT_API std::string_view name_of(const Operation& operation);

}  // namespace abut::inline v0
