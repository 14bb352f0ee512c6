// SPDX-License-Identifier: Apache-2.0
#include "graph/infer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <initializer_list>
#include <vector>

namespace abut::inference {
namespace {

Types types_of(std::initializer_list<Shape> shapes) {
    Types types;
    for (const Shape& shape : shapes) types.push_back({DType::Float32, shape});
    return types;
}

/// The one output's shape for float32 inputs of these shapes.
Shape shape_of(Operation operation, std::initializer_list<Shape> inputs) {
    const Types types = types_of(inputs);
    const Types outputs = infer_outputs(normalized(std::move(operation), types), types);
    EXPECT_EQ(outputs.size(), 1U);
    return outputs.at(0).shape;
}

TEST(Infer, conv2d) {
    EXPECT_EQ(shape_of(Conv2d{.strides = {2, 2}, .pads = {3, 3, 3, 3}}, {{1, 3, 224, 224}, {64, 3, 7, 7}}),
              (Shape{1, 64, 112, 112}));
    EXPECT_EQ(shape_of(Conv2d{.pads = {0, 1, 2, 3}, .dilations = {3, 2}}, {{2, 4, 10, 9}, {6, 4, 3, 2}}),
              (Shape{2, 6, 6, 11}));
    EXPECT_EQ(shape_of(Conv2d{.groups = 4}, {{1, 8, 5, 5}, {12, 2, 1, 1}}), (Shape{1, 12, 5, 5}));
    EXPECT_EQ(shape_of(Conv2d{}, {{0, 3, 5, 5}, {4, 3, 5, 5}}), (Shape{0, 4, 1, 1}));
    const Conv2d fused{.prologue = {Scale{}, Bias{}, Relu{}}, .epilogue = {Residual{}}};
    EXPECT_EQ(shape_of(fused, {{1, 3, 5, 5}, {4, 3, 1, 1}, {3, 1, 1}, {1, 3, 1, 1}, {1, 4, 5, 5}}), (Shape{1, 4, 5, 5}));
}

TEST(Infer, convTranspose2d) {
    EXPECT_EQ(shape_of(ConvTranspose2d{.strides = {2, 2}}, {{1, 64, 16, 16}, {64, 32, 2, 2}}), (Shape{1, 32, 32, 32}));
    // The example of ONNX's ConvTranspose with output_padding.
    const ConvTranspose2d padded{.strides = {3, 2}, .output_padding = {1, 1}};
    EXPECT_EQ(shape_of(padded, {{1, 1, 3, 3}, {1, 2, 3, 3}}), (Shape{1, 2, 10, 8}));
    EXPECT_EQ(
        shape_of(ConvTranspose2d{.pads = {1, 0, 1, 2}, .dilations = {2, 1}, .groups = 2}, {{1, 4, 3, 5}, {4, 3, 2, 4}}),
        (Shape{1, 6, 3, 6}));
}

TEST(Infer, dense) {
    EXPECT_EQ(shape_of(Dense{}, {{2, 3}, {3, 5}}), (Shape{2, 5}));
    EXPECT_EQ(shape_of(Dense{.transpose_a = true, .transpose_b = true}, {{3, 2}, {5, 3}}), (Shape{2, 5}));
    EXPECT_EQ(shape_of(Dense{}, {{7, 1, 2, 3}, {4, 3, 5}}), (Shape{7, 4, 2, 5}));
    EXPECT_EQ(shape_of(Dense{}, {{2, 0}, {0, 5}}), (Shape{2, 5}));
    EXPECT_EQ(shape_of(Dense{.epilogue = {Bias{}}}, {{2, 3}, {3, 5}, {5}}), (Shape{2, 5}));
}

TEST(Infer, elementwise) {
    const Operation add = Elementwise{Expression::of(Function::Add)};
    EXPECT_EQ(shape_of(add, {{2, 1, 4}, {3, 1}}), (Shape{2, 3, 4}));
    EXPECT_EQ(shape_of(add, {{}, {3, 1}}), (Shape{3, 1}));
    EXPECT_EQ(shape_of(add, {{1, 4}, {0, 4}}), (Shape{0, 4}));
    EXPECT_EQ(shape_of(Elementwise{Expression::of(Function::MultiplyAdd)}, {{4}, {3, 1}, {2, 1, 1}}), (Shape{2, 3, 4}));
}

TEST(Infer, poolRoundsDown) {
    EXPECT_EQ(shape_of(Pool2d{.kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}}, {{1, 64, 112, 112}}),
              (Shape{1, 64, 56, 56}));
    EXPECT_EQ(shape_of(Pool2d{.kernel = {2, 3}, .strides = {2, 1}, .dilations = {1, 2}}, {{1, 2, 5, 7}}),
              (Shape{1, 2, 2, 3}));
}

/// How many windows are needed so that the rounded-up count starts none behind x and its leading padding: by definition.
std::int64_t counted_windows(std::int64_t extent, std::int64_t before, std::int64_t after, std::int64_t reach,
                             std::int64_t stride) {
    const std::int64_t padded = before + extent + after;
    std::int64_t count = 0;
    for (std::int64_t start = 0; start + reach <= padded || start < padded - reach + stride; start += stride) {
        if (start < before + extent) ++count;
    }
    return count;
}

TEST(Infer, poolRoundsUpLessAWindowInThePadding) {
    for (const std::int64_t extent : {4, 5, 6, 7, 13}) {
        for (const std::int64_t kernel : {1, 2, 3, 4}) {
            for (const std::int64_t stride : {1, 2, 3, 5}) {
                for (std::int64_t pad = 0; pad < kernel; ++pad) {
                    const Pool2d pool{
                        .kernel = {kernel, 1}, .strides = {stride, 1}, .pads = {0, 0, pad, 0}, .ceil_mode = true};
                    EXPECT_EQ(shape_of(pool, {{1, 1, extent, 1}})[2], counted_windows(extent, 0, pad, kernel, stride))
                        << extent << " " << kernel << " " << stride << " " << pad;
                }
            }
        }
    }
}

TEST(Infer, reduce) {
    EXPECT_EQ(shape_of(Reduce{ReduceKind::Sum, {-1, 1}, true}, {{2, 3, 4, 5}}), (Shape{2, 1, 4, 1}));
    EXPECT_EQ(shape_of(Reduce{ReduceKind::Sum, {-1, 1}, false}, {{2, 3, 4, 5}}), (Shape{2, 4}));
    EXPECT_EQ(shape_of(Reduce{ReduceKind::Max, {0}, false}, {{7}}), Shape{});
}

TEST(Infer, sameShape) {
    EXPECT_EQ(shape_of(Softmax{}, {{2, 3}}), (Shape{2, 3}));
    EXPECT_EQ(shape_of(Copy{}, {{2, 0}}), (Shape{2, 0}));
    EXPECT_EQ(shape_of(BatchNorm{}, {{2, 3, 4}, {3}, {3}, {3}, {3}}), (Shape{2, 3, 4}));
}

TEST(Infer, movement) {
    EXPECT_EQ(shape_of(Transpose{{2, 0, 1}}, {{3, 4, 5}}), (Shape{5, 3, 4}));
    EXPECT_EQ(shape_of(Concat{-2}, {{1, 2, 3}, {1, 0, 3}, {1, 5, 3}}), (Shape{1, 7, 3}));
    EXPECT_EQ(shape_of(Concat{0}, {{4}}), Shape{4});
    EXPECT_EQ(shape_of(Slice{{1, 3}, {2, -1}, {2, 4}}, {{4, 4}}), (Shape{2, 4}));
    EXPECT_EQ(shape_of(Reshape{{2, 6}}, {{3, 4}}), (Shape{2, 6}));
    EXPECT_EQ(shape_of(Pad{PadMode::Constant, {1, -1}, {0, 3}, 0}, {{2, 3}}), (Shape{3, 5}));
    EXPECT_EQ(shape_of(Pad{PadMode::Reflect, {2}, {2}, 0}, {{3}}), Shape{7});
    EXPECT_EQ(shape_of(Resize{.sizes = {1, 1, 6, 3}, .scales = {1, 1, 2, 0.5F}}, {{1, 1, 3, 6}}), (Shape{1, 1, 6, 3}));
    const Types split = infer_outputs(Split{1, {1, 0, 2}}, types_of({{5, 3}}));
    EXPECT_EQ(split, types_of({{5, 1}, {5, 0}, {5, 2}}));
}

TEST(Infer, movementKeepsTheElementType) {
    const Types integers{{DType::Int64, {2, 3}}};
    for (const Operation& operation : std::vector<Operation>{Transpose{{1, 0}}, Concat{1}, Split{0, {2}},
                                                             Slice{{0, 0}, {1, 1}, {2, 3}}, Reshape{{6}}, Copy{}}) {
        EXPECT_EQ(infer_outputs(operation, integers).at(0).dtype, DType::Int64) << name_of(operation);
    }
}

TEST(Infer, axesAreNormalised) {
    const Types types = types_of({{2, 3, 4}});
    EXPECT_EQ(normalized(Concat{-1}, types), Operation(Concat{2}));
    EXPECT_EQ(normalized(Softmax{-3}, types), Operation(Softmax{0}));
    EXPECT_EQ(normalized(Split{-2, {3}}, types), Operation(Split{1, {3}}));
    EXPECT_EQ(normalized(Reduce{ReduceKind::Sum, {2, -3}, true}, types), Operation(Reduce{ReduceKind::Sum, {0, 2}, true}));
}

}  // namespace
}  // namespace abut::inference
