// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "support/tensors.hpp"

namespace abut {
namespace {

using reference::Tensor;
using testing_support::counted;
using testing_support::expect_tensor;
using testing_support::integers;
using testing_support::only;

constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float nan = std::numeric_limits<float>::quiet_NaN();

TEST(EvaluateDense, transposesGiveTheSame) {
    const Tensor a{{2, 3}, {1, 2, 3, 4, 5, 6}};
    const Tensor b{{3, 2}, {1, 0, 2, 1, 0, 3}};
    const std::vector<float> product{5, 11, 14, 23};
    expect_tensor(only(Dense{}, {a, b}), {2, 2}, product);
    const Tensor a_transposed = only(Transpose{{1, 0}}, {a});
    const Tensor b_transposed = only(Transpose{{1, 0}}, {b});
    expect_tensor(only(Dense{.transpose_a = true}, {a_transposed, b}), {2, 2}, product);
    expect_tensor(only(Dense{.transpose_b = true}, {a, b_transposed}), {2, 2}, product);
    expect_tensor(only(Dense{.transpose_a = true, .transpose_b = true}, {a_transposed, b_transposed}), {2, 2}, product);
}

TEST(EvaluateDense, batchesBroadcast) {
    const Tensor a = integers({2, 1, 2, 3}, 1);
    const Tensor b = integers({3, 3, 4}, 2);
    const Tensor y = only(Dense{}, {a, b});
    ASSERT_EQ(y.shape, (Shape{2, 3, 2, 4}));
    for (std::int64_t i = 0; i < 2; ++i) {
        for (std::int64_t j = 0; j < 3; ++j) {
            const Tensor one{{2, 3}, {a.elements.begin() + i * 6, a.elements.begin() + (i + 1) * 6}};
            const Tensor other{{3, 4}, {b.elements.begin() + j * 12, b.elements.begin() + (j + 1) * 12}};
            const auto begin = y.elements.begin() + (i * 3 + j) * 8;
            EXPECT_EQ(only(Dense{}, {one, other}).elements, std::vector<float>(begin, begin + 8));
        }
    }
}

TEST(EvaluateDense, epilogueAndEmptyDepth) {
    const Tensor bias{{3}, {1, -2, 3}};
    expect_tensor(only(Dense{.epilogue = {Bias{}, Relu{}}}, {Tensor{{2, 0}, {}}, Tensor{{0, 3}, {}}, bias}), {2, 3},
                  {1, 0, 3, 1, 0, 3});
}

TEST(EvaluateElementwise, broadcasts) {
    const Tensor column{{2, 1}, {10, 20}};
    const Tensor row{{3}, {1, 2, 3}};
    expect_tensor(only(Elementwise{Expression::of(Function::Add)}, {column, row}), {2, 3}, {11, 12, 13, 21, 22, 23});
    expect_tensor(only(Elementwise{Expression::of(Function::Subtract)}, {row, Tensor{{}, {1}}}), {3}, {0, 1, 2});
    expect_tensor(only(Elementwise{Expression::of(Function::Add)}, {Tensor{{0, 1}, {}}, row}), {0, 3}, {});
    const Expression fused = Expression::of(Function::MultiplyAdd).composed(2, Expression::of(Function::Relu));
    expect_tensor(only(Elementwise{fused}, {column, row, Tensor{{1, 1}, {-5}}}), {2, 3}, {10, 20, 30, 20, 40, 60});
}

TEST(EvaluateBatchNorm, isItsFormula) {
    const Tensor x = integers({2, 3, 2, 2}, 5);
    const Tensor scale{{3}, {1, 2, -3}};
    const Tensor bias{{3}, {0.5F, 0, 4}};
    const Tensor mean{{3}, {1, -1, 0}};
    const Tensor variance{{3}, {4, 0.25F, 0}};
    const Tensor y = only(BatchNorm{0.5F}, {x, scale, bias, mean, variance});
    for (std::size_t i = 0; i < x.elements.size(); ++i) {
        const std::size_t c = i / 4 % 3;
        const float expected =
            scale.elements[c] * (x.elements[i] - mean.elements[c]) / std::sqrt(variance.elements[c] + 0.5F) +
            bias.elements[c];
        EXPECT_NEAR(y.elements[i], expected, 1e-5F);
    }
}

TEST(EvaluatePool, byHand) {
    const Tensor x = counted({1, 1, 4, 4});
    const Pool2d pool{.kind = PoolKind::Max, .kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}};
    expect_tensor(only(pool, {x}), {1, 1, 2, 2}, {5, 7, 13, 15});
    Pool2d average = pool;
    average.kind = PoolKind::Average;
    expect_tensor(only(average, {x}), {1, 1, 2, 2}, {2.5F, 4, 8.5F, 10});
    average.count_include_pad = true;
    expect_tensor(only(average, {x}), {1, 1, 2, 2}, {10.0F / 9, 24.0F / 9, 51.0F / 9, 10});
}

TEST(EvaluatePool, ceilModeReachesBeyondThePadding) {
    const Tensor x = counted({1, 1, 1, 4}, 1);
    Pool2d pool{.kind = PoolKind::Average, .kernel = {1, 3}, .strides = {1, 2}, .ceil_mode = true};
    expect_tensor(only(pool, {x}), {1, 1, 1, 2}, {2, 3.5F});
    pool.pads = {0, 1, 0, 1};
    // The third window covers element 4, one padded element and one beyond both, which never counts.
    expect_tensor(only(pool, {x}), {1, 1, 1, 3}, {1.5F, 3, 4});
    pool.count_include_pad = true;
    expect_tensor(only(pool, {x}), {1, 1, 1, 3}, {1, 3, 2});
}

TEST(EvaluatePool, dilatedAndNegative) {
    const Tensor x{{1, 1, 1, 5}, {-5, -4, -3, -2, -1}};
    const Pool2d pool{.kind = PoolKind::Max, .kernel = {1, 2}, .pads = {0, 2, 0, 0}, .dilations = {1, 2}};
    expect_tensor(only(pool, {x}), {1, 1, 1, 5}, {-5, -4, -3, -2, -1});
    expect_tensor(only(Pool2d{.kernel = {1, 5}}, {Tensor{{1, 1, 1, 5}, {1, nan, 3, 2, 0}}}), {1, 1, 1, 1}, {nan});
}

TEST(EvaluateReduce, everyKind) {
    const Tensor x{{2, 3}, {1, -2, 3, 0.5F, 4, -1}};
    const auto reduced = [&](ReduceKind kind, std::vector<int> axes) {
        return only(Reduce{kind, std::move(axes), false}, {x});
    };
    expect_tensor(reduced(ReduceKind::Sum, {1}), {2}, {2, 3.5F});
    expect_tensor(reduced(ReduceKind::Sum, {0}), {3}, {1.5F, 2, 2});
    expect_tensor(reduced(ReduceKind::Mean, {0, 1}), {}, {5.5F / 6});
    expect_tensor(reduced(ReduceKind::Max, {1}), {2}, {3, 4});
    expect_tensor(reduced(ReduceKind::Min, {1}), {2}, {-2, -1});
    expect_tensor(reduced(ReduceKind::Product, {1}), {2}, {-6, -2});
    expect_tensor(reduced(ReduceKind::SumSquare, {1}), {2}, {14, 17.25F});
    expect_tensor(reduced(ReduceKind::L1, {1}), {2}, {6, 5.5F});
    expect_tensor(reduced(ReduceKind::L2, {1}), {2}, {std::sqrt(14.0F), std::sqrt(17.25F)});
    expect_tensor(reduced(ReduceKind::LogSum, {1}), {2}, {std::log(2.0F), std::log(3.5F)});
    const double of_exponentials = std::log(std::exp(1.0) + std::exp(-2.0) + std::exp(3.0));
    EXPECT_FLOAT_EQ(reduced(ReduceKind::LogSumExp, {1}).elements[0], static_cast<float>(of_exponentials));
}

TEST(EvaluateReduce, keepsAxesAndSurvivesExtremes) {
    expect_tensor(only(Reduce{ReduceKind::Sum, {0, 2}, true}, {counted({2, 2, 2})}), {1, 2, 1}, {10, 18});
    const Tensor large{{1, 2}, {1000, 1000}};
    expect_tensor(only(Reduce{ReduceKind::LogSumExp, {1}, false}, {large}), {1}, {1000 + std::log(2.0F)});
    const Tensor none{{2, 0}, {}};
    expect_tensor(only(Reduce{ReduceKind::Sum, {1}, false}, {none}), {2}, {0, 0});
    expect_tensor(only(Reduce{ReduceKind::Max, {1}, false}, {none}), {2}, {-infinity, -infinity});
    expect_tensor(only(Reduce{ReduceKind::LogSumExp, {1}, false}, {none}), {2}, {-infinity, -infinity});
    expect_tensor(only(Reduce{ReduceKind::Max, {0}, false}, {Tensor{{3}, {1, nan, 2}}}), {}, {nan});
    // Summed in float the ones would vanish next to 2^24.
    const Tensor many{{3}, {16777216, 1, 1}};
    expect_tensor(only(Reduce{ReduceKind::Sum, {0}, false}, {many}), {}, {16777218.0F});
}

TEST(EvaluateSoftmax, alongAnyAxis) {
    const Tensor x{{2, 2}, {0, 1, 2, 1000}};
    const float high = 1 / (1 + std::exp(-1.0F));
    expect_tensor(only(Softmax{1}, {x}), {2, 2}, {1 - high, high, 0, 1});
    const float low = std::exp(-2.0F) / (1 + std::exp(-2.0F));
    expect_tensor(only(Softmax{0}, {x}), {2, 2}, {low, 0, 1 - low, 1});
    expect_tensor(only(Softmax{1, true}, {x}), {2, 2}, {std::log(1 - high), std::log(high), -998, 0});
}

}  // namespace
}  // namespace abut
