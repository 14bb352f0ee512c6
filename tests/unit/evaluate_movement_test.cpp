// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/tensors.hpp"

namespace abut {
namespace {

using reference::Tensor;
using testing_support::counted;
using testing_support::expect_tensor;
using testing_support::only;

TEST(EvaluateMovement, transposeMovesEveryElement) {
    const Tensor x = counted({2, 3, 4});
    const Tensor y = only(Transpose{{2, 0, 1}}, {x});
    ASSERT_EQ(y.shape, (Shape{4, 2, 3}));
    for (std::int64_t i = 0; i < 4; ++i) {
        for (std::int64_t j = 0; j < 2; ++j) {
            for (std::int64_t k = 0; k < 3; ++k) {
                EXPECT_EQ(y.elements.at(static_cast<std::size_t>((i * 2 + j) * 3 + k)),
                          static_cast<float>((j * 3 + k) * 4 + i));
            }
        }
    }
}

TEST(EvaluateMovement, concatOnEveryAxis) {
    const Tensor a = counted({2, 2});
    expect_tensor(only(Concat{0}, {a, Tensor{{1, 2}, {8, 9}}}), {3, 2}, {0, 1, 2, 3, 8, 9});
    expect_tensor(only(Concat{1}, {a, Tensor{{2, 1}, {8, 9}}, Tensor{{2, 0}, {}}, a}), {2, 5},
                  {0, 1, 8, 0, 1, 2, 3, 9, 2, 3});
    expect_tensor(only(Concat{1}, {Tensor{{0, 1}, {}}, Tensor{{0, 2}, {}}}), {0, 3}, {});
}

TEST(EvaluateMovement, splitIsTheInverseOfConcat) {
    const Tensor x = counted({2, 5, 3});
    const std::vector<Tensor> parts = reference::evaluate_node(Split{1, {2, 0, 3}}, std::vector<Tensor>{x});
    ASSERT_EQ(parts.size(), 3U);
    expect_tensor(parts[1], {2, 0, 3}, {});
    EXPECT_EQ(only(Concat{1}, parts), x);
}

TEST(EvaluateMovement, slicesWithSteps) {
    const Tensor x = counted({3, 4});
    expect_tensor(only(Slice{{2, 3}, {-2, -1}, {2, 4}}, {x}), {2, 4}, {11, 10, 9, 8, 3, 2, 1, 0});
    expect_tensor(only(Slice{{0, 1}, {1, 2}, {1, 2}}, {x}), {1, 2}, {1, 3});
    expect_tensor(only(Slice{{9, 0}, {1, 1}, {0, 4}}, {x}), {0, 4}, {});
}

TEST(EvaluateMovement, padsInEveryMode) {
    const Tensor x = counted({1, 4}, 1);
    const auto padded = [&](PadMode mode) { return only(Pad{mode, {0, 2}, {0, 3}, 9}, {x}); };
    expect_tensor(padded(PadMode::Constant), {1, 9}, {9, 9, 1, 2, 3, 4, 9, 9, 9});
    expect_tensor(padded(PadMode::Edge), {1, 9}, {1, 1, 1, 2, 3, 4, 4, 4, 4});
    expect_tensor(padded(PadMode::Reflect), {1, 9}, {3, 2, 1, 2, 3, 4, 3, 2, 1});
    expect_tensor(padded(PadMode::Wrap), {1, 9}, {3, 4, 1, 2, 3, 4, 1, 2, 3});
    expect_tensor(only(Pad{PadMode::Wrap, {0, 6}, {0, 0}, 0}, {x}), {1, 10}, {3, 4, 1, 2, 3, 4, 1, 2, 3, 4});
    expect_tensor(only(Pad{PadMode::Constant, {1, -1}, {0, -2}, 7}, {x}), {2, 1}, {7, 2});
    expect_tensor(only(Pad{PadMode::Constant, {0, 2}, {1, 0}, 7}, {Tensor{{1, 0}, {}}}), {2, 2}, {7, 7, 7, 7});
}

TEST(EvaluateMovement, reshapeAndCopyKeepTheOrder) {
    expect_tensor(only(Reshape{{3, 2}}, {counted({2, 3})}), {3, 2}, {0, 1, 2, 3, 4, 5});
    EXPECT_EQ(only(Copy{}, {counted({2, 3})}), counted({2, 3}));
}

Tensor resized(ResizeMode mode, ResizeCoordinates coordinates, const Tensor& x, const Shape& sizes,
               std::vector<float> scales, ResizeRounding rounding = ResizeRounding::PreferFloor) {
    return only(
        Resize{.mode = mode, .coordinates = coordinates, .rounding = rounding, .sizes = sizes, .scales = std::move(scales)},
        {x});
}

// Examples of ONNX's Resize, batch and channel axis left out.
TEST(EvaluateResize, nearestOfOnnx) {
    const auto nearest = ResizeMode::Nearest;
    expect_tensor(resized(nearest, ResizeCoordinates::HalfPixel, counted({2, 2}, 1), {4, 6}, {2, 3}), {4, 6},
                  {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4});
    expect_tensor(resized(nearest, ResizeCoordinates::HalfPixel, counted({2, 4}, 1), {1, 2}, {0.6F, 0.6F}), {1, 2}, {1, 3});
    expect_tensor(resized(nearest, ResizeCoordinates::HalfPixel, counted({4, 4}, 1), {8, 8}, {2, 2}, ResizeRounding::Ceil),
                  {8, 8}, {1,  2,  2,  3,  3,  4,  4,  4,  5,  6,  6,  7,  7,  8,  8,  8,  5,  6,  6,  7,  7,  8,
                           8,  8,  9,  10, 10, 11, 11, 12, 12, 12, 9,  10, 10, 11, 11, 12, 12, 12, 13, 14, 14, 15,
                           15, 16, 16, 16, 13, 14, 14, 15, 15, 16, 16, 16, 13, 14, 14, 15, 15, 16, 16, 16});
    expect_tensor(
        resized(nearest, ResizeCoordinates::AlignCorners, counted({1, 4}, 1), {1, 8}, {1, 2}, ResizeRounding::Floor), {1, 8},
        {1, 1, 1, 2, 2, 3, 3, 4});
    expect_tensor(
        resized(nearest, ResizeCoordinates::Asymmetric, counted({1, 4}, 1), {1, 8}, {1, 2}, ResizeRounding::PreferCeil),
        {1, 8}, {1, 2, 2, 3, 3, 4, 4, 4});
}

TEST(EvaluateResize, linearOfOnnx) {
    const auto linear = ResizeMode::Linear;
    const Tensor x = counted({2, 2}, 1);
    expect_tensor(resized(linear, ResizeCoordinates::HalfPixel, x, {4, 4}, {2, 2}), {4, 4},
                  {1, 1.25F, 1.75F, 2, 1.5F, 1.75F, 2.25F, 2.5F, 2.5F, 2.75F, 3.25F, 3.5F, 3, 3.25F, 3.75F, 4});
    const Tensor corners = resized(linear, ResizeCoordinates::AlignCorners, x, {4, 4}, {2, 2});
    const std::vector<float> expected{1,          1.3333333F, 1.6666667F, 2,          1.6666667F, 2,
                                      2.3333333F, 2.6666667F, 2.3333333F, 2.6666667F, 3,          3.3333333F,
                                      3,          3.3333333F, 3.6666667F, 4};
    for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(corners.elements[i], expected[i], 1e-5F);
    const Tensor row = counted({2, 4}, 1);
    const Tensor half = resized(linear, ResizeCoordinates::HalfPixel, row, {1, 2}, {0.6F, 0.6F});
    EXPECT_NEAR(half.elements[0], 2.6666665F, 1e-5F);
    EXPECT_NEAR(half.elements[1], 4.3333331F, 1e-5F);
    const Tensor shrunk = resized(linear, ResizeCoordinates::AlignCorners, row, {1, 2}, {0.6F, 0.6F});
    EXPECT_NEAR(shrunk.elements[0], 1, 1e-5F);
    EXPECT_NEAR(shrunk.elements[1], 3.142857F, 1e-5F);
    const Tensor symmetric = resized(linear, ResizeCoordinates::HalfPixelSymmetric, counted({4}, 1), {2}, {0.6F});
    EXPECT_NEAR(symmetric.elements[0], 1.6666667F, 1e-5F);
    EXPECT_NEAR(symmetric.elements[1], 3.3333333F, 1e-5F);
}

TEST(EvaluateResize, pytorchPutsASingleElementAtTheFirst) {
    const Tensor x = counted({4, 4}, 1);
    const Tensor y = resized(ResizeMode::Linear, ResizeCoordinates::PytorchHalfPixel, x, {3, 1}, {0.75F, 0.25F});
    EXPECT_EQ(y.shape, (Shape{3, 1}));
    EXPECT_NEAR(y.elements[0], 1.6666666F, 1e-5F);
    EXPECT_NEAR(y.elements[1], 7, 1e-5F);
    EXPECT_NEAR(y.elements[2], 12.333333F, 1e-5F);
}

TEST(EvaluateResize, contradictingScalesStayInside) {
    const Tensor x = counted({3}, 1);
    for (const auto coordinates :
         {ResizeCoordinates::HalfPixel, ResizeCoordinates::HalfPixelSymmetric, ResizeCoordinates::PytorchHalfPixel,
          ResizeCoordinates::AlignCorners, ResizeCoordinates::Asymmetric}) {
        for (const float scale : {1e-38F, 0.3333333F, 1.0F, 1e30F}) {
            for (const float element : resized(ResizeMode::Nearest, coordinates, x, {4}, {scale}).elements) {
                EXPECT_TRUE(element >= 1 && element <= 3);
            }
        }
    }
}

}  // namespace
}  // namespace abut
