// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <numeric>
#include <random>

#include "support/tensors.hpp"

namespace abut {
namespace {

using reference::Tensor;
using testing_support::counted;
using testing_support::expect_tensor;
using testing_support::integers;
using testing_support::only;

float at(const Tensor& tensor, const Dims& index) {
    return tensor.elements.at(static_cast<std::size_t>(Layout::dense(tensor.shape).offset_of(index)));
}

/// The definition, one output element at a time, with zero wherever x has no element.
float convolved_at(const Conv2d& conv, const Tensor& x, const Tensor& w, const Dims& y, std::int64_t outputs) {
    float sum = 0;
    for (std::int64_t c = 0; c < w.shape[1]; ++c) {
        for (std::int64_t r = 0; r < w.shape[2]; ++r) {
            for (std::int64_t s = 0; s < w.shape[3]; ++s) {
                const std::int64_t channel = y[1] * conv.groups / outputs * w.shape[1] + c;
                const std::int64_t row = y[2] * conv.strides[0] - conv.pads[0] + r * conv.dilations[0];
                const std::int64_t column = y[3] * conv.strides[1] - conv.pads[1] + s * conv.dilations[1];
                const bool is_inside = row >= 0 && row < x.shape[2] && column >= 0 && column < x.shape[3];
                if (is_inside) sum += at(x, {y[0], channel, row, column}) * at(w, {y[1], c, r, s});
            }
        }
    }
    return sum;
}

struct Case {
    Conv2d conv;
    Shape x;
    Shape weights;
};

Case random_case(std::mt19937& random) {
    const auto between = [&](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random);
    };
    Conv2d conv{.strides = {between(1, 3), between(1, 3)},
                .pads = {between(0, 4), between(0, 4), between(0, 4), between(0, 4)},
                .dilations = {between(1, 3), between(1, 3)},
                .groups = between(1, 3)};
    const Shape weights{conv.groups * between(1, 2), between(1, 3), between(1, 3), between(1, 3)};
    return {conv, {between(1, 2), conv.groups * weights[1], between(7, 9), between(7, 9)}, weights};
}

TEST(EvaluateConvolution, exampleOfOnnx) {
    const Tensor ones{{1, 1, 3, 3}, std::vector<float>(9, 1)};
    expect_tensor(
        only(Conv2d{.pads = {1, 1, 1, 1}}, {counted({1, 1, 5, 5}), ones}), {1, 1, 5, 5},
        {12, 21, 27, 33, 24, 33, 54, 63, 72, 51, 63, 99, 108, 117, 81, 93, 144, 153, 162, 111, 72, 111, 117, 123, 84});
    expect_tensor(only(Conv2d{.strides = {2, 2}, .pads = {1, 0, 1, 0}}, {counted({1, 1, 7, 5}), ones}), {1, 1, 4, 2},
                  {21, 33, 99, 117, 189, 207, 171, 183});
}

TEST(EvaluateConvolution, isItsDefinition) {
    std::mt19937 random(11);
    for (int round = 0; round < 60; ++round) {
        const Case test = random_case(random);
        const Tensor x = integers(test.x, random());
        const Tensor weights = integers(test.weights, random());
        const Tensor y = only(test.conv, {x, weights});
        const Shape& shape = y.shape;
        for (std::int64_t i = 0; i < element_count(shape); ++i) {
            const Dims index{i / (shape[3] * shape[2] * shape[1]), i / (shape[3] * shape[2]) % shape[1],
                             i / shape[3] % shape[2], i % shape[3]};
            ASSERT_EQ(at(y, index), convolved_at(test.conv, x, weights, index, shape[1]))
                << round << ": " << to_string(index);
        }
    }
}

TEST(EvaluateConvolution, transposedExampleOfOnnx) {
    const Tensor ones{{1, 2, 3, 3}, std::vector<float>(18, 1)};
    const std::vector<float> channel{0, 1, 3, 3, 2, 3, 8, 15, 12, 7, 9, 21, 36, 27, 15, 9, 20, 33, 24, 13, 6, 13, 21, 15, 8};
    std::vector<float> both = channel;
    both.insert(both.end(), channel.begin(), channel.end());
    expect_tensor(only(ConvTranspose2d{}, {counted({1, 1, 3, 3}), ones}), {1, 2, 5, 5}, both);
}

double inner_product(const Tensor& a, const Tensor& b) {
    EXPECT_EQ(a.shape, b.shape);
    return std::inner_product(a.elements.begin(), a.elements.end(), b.elements.begin(), 0.0);
}

// <conv(x), y> = <x, conv_transposed(y)> for the same weights: what "transposed" means.
TEST(EvaluateConvolution, transposedIsTheAdjoint) {
    std::mt19937 random(12);
    for (int round = 0; round < 60; ++round) {
        const Case test = random_case(random);
        const Tensor x = integers(test.x, random());
        const Tensor weights = integers(test.weights, random());
        const Tensor convolved = only(test.conv, {x, weights});
        const Tensor y = integers(convolved.shape, random());
        ConvTranspose2d transposed{.strides = test.conv.strides,
                                   .pads = test.conv.pads,
                                   .dilations = test.conv.dilations,
                                   .groups = test.conv.groups};
        for (std::size_t i = 0; i < 2; ++i) {
            const int axis = static_cast<int>(i) + 2;
            const std::int64_t reach = (weights.shape[axis] - 1) * test.conv.dilations[i] + 1;
            const std::int64_t padded = x.shape[axis] + test.conv.pads[i] + test.conv.pads[i + 2];
            transposed.output_padding[i] = (padded - reach) % test.conv.strides[i];
        }
        const Tensor back = only(transposed, {y, weights});
        EXPECT_EQ(inner_product(convolved, y), inner_product(x, back)) << round;
    }
}

TEST(EvaluateConvolution, prologueIsNotAppliedToThePadding) {
    const Tensor x{{1, 1, 1, 1}, {2}};
    const Tensor weights{{1, 1, 1, 3}, {1, 10, 100}};
    const Tensor one{{1, 1, 1, 1}, {1}};
    const Tensor residual{{1, 1, 1, 1}, {-50}};
    const Conv2d conv{.pads = {0, 1, 0, 1}, .prologue = {Bias{}}, .epilogue = {Residual{}, Apply{Function::Negate}}};
    expect_tensor(only(conv, {x, weights, one, residual}), {1, 1, 1, 1}, {20});
}

TEST(EvaluateConvolution, partsAreTheChannelsOneAfterAnother) {
    const std::vector<Tensor> inputs{counted({2, 1, 1, 2}), {{3, 1, 1, 1}, {1, 10, 100}}, {{3, 1, 1}, {0, 0, 1000}}};
    const auto parts = evaluate_node(Conv2d{.parts = {1, 2}, .epilogue = {Bias{}}}, inputs);
    ASSERT_EQ(parts.size(), 2U);
    expect_tensor(parts[0], {2, 1, 1, 2}, {0, 1, 2, 3});
    expect_tensor(parts[1], {2, 2, 1, 2}, {0, 10, 1000, 1100, 20, 30, 1200, 1300});
}

TEST(EvaluateConvolution, operandsOfTheEpilogueBroadcast) {
    const Tensor x = counted({2, 1, 1, 2});
    const Tensor weights{{2, 1, 1, 1}, {1, 10}};
    const Tensor bias{{1, 2, 1, 1}, {100, 200}};
    const Tensor expected{{2, 2, 1, 2}, {100, 101, 200, 210, 102, 103, 220, 230}};
    EXPECT_EQ(only(Conv2d{.epilogue = {Bias{}}}, {x, weights, bias}), expected);
    const Tensor swapped{{1, 2, 1, 1}, {1, 10}};
    EXPECT_EQ(only(ConvTranspose2d{.epilogue = {Bias{}}}, {x, swapped, bias}), expected);
}

}  // namespace
}  // namespace abut
