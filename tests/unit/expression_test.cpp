// SPDX-License-Identifier: Apache-2.0
#include "abut/expression.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "core/function.hpp"
#include "support/error_text.hpp"

namespace abut {
namespace {

using testing_support::error_text;

float value_of(const Expression& expression, const std::vector<float>& operands) {
    return expression.evaluate(operands.data());
}

float value_of(Function function, float x, float alpha = 0, float beta = 0) {
    return Expression::of(function, alpha, beta).evaluate(&x);
}

TEST(Expression, stepsInTheOrderTheyAreApplied) {
    const Expression epilogue{Bias{}, Scale{}, Relu{}, Residual{}, Apply{Function::Clip, 0, 6}};
    EXPECT_EQ(epilogue.operands, 4);
    EXPECT_EQ(to_string(epilogue), "clip(relu((x0 + x1) * x2) + x3, 0, 6)");
    EXPECT_EQ(value_of(epilogue, {1, 2, 3, -4}), 5);
    EXPECT_EQ(value_of(epilogue, {-5, 2, 3, 7}), 6);
    EXPECT_EQ(to_string(Expression{Bias{}, Relu{}}), "relu(x0 + x1)");
    EXPECT_EQ(to_string(Expression{}), "x0");
    EXPECT_TRUE(Expression{}.is_identity());
    EXPECT_EQ(value_of(Expression{}, {3}), 3);
}

TEST(Expression, aStepTakesOneArgument) {
    EXPECT_EQ(error_text([] { Expression{Apply{Function::Add}}; }), "a step applies a function of 1 argument; add takes 2");
}

TEST(Expression, textNamesWhatIsUsedTwice) {
    Expression square = Expression::of(Function::Add);
    square.terms.push_back({.function = Function::Multiply, .arguments = {2, 2, -1}});
    EXPECT_EQ(to_string(square), "t0 = x0 + x1; t0 * t0");
    for (int i = 3; i < 200; ++i) square.terms.push_back({.function = Function::Multiply, .arguments = {i, i, -1}});
    EXPECT_LT(to_string(square).size(), 5000U);
    EXPECT_EQ(to_string(Expression::of(Function::Constant, 0.5F)), "0.5");
    EXPECT_EQ(to_string(Expression::of(Function::MultiplyAdd)), "multiply_add(x0, x1, x2)");
    EXPECT_EQ(to_string(Expression::of(Function::LeakyRelu, 0.25F)), "leaky_relu(x0, 0.25)");
}

TEST(Expression, composedByHand) {
    const Expression sum = Expression::of(Function::Add);
    const Expression product = Expression::of(Function::Multiply);
    EXPECT_EQ(to_string(sum.composed(0, product)), "(x0 * x1) + x2");
    EXPECT_EQ(to_string(sum.composed(1, product)), "x0 + (x1 * x2)");
    EXPECT_EQ(to_string(Expression{}.composed(0, product)), "x0 * x1");
    EXPECT_EQ(sum.composed(1, Expression{}), sum);
    EXPECT_EQ(to_string(sum.composed(1, Expression::of(Function::Constant, 2))), "x0 + 2");
    EXPECT_EQ(sum.composed(1, Expression::of(Function::Constant, 2)).operands, 1);
    EXPECT_EQ(error_text([&] { return sum.composed(2, product); }), "expected an operand in [0, 2), found 2");
}

TEST(Expression, composedKeepsOperand0OfAnIdentity) {
    Expression identity;
    identity.operands = 2;
    const Expression composed = identity.composed(1, Expression::of(Function::Multiply));
    EXPECT_EQ(composed.operands, 3);
    EXPECT_EQ(value_of(composed, {1, 2, 3}), 1);
}

/// Terms over random earlier values, of functions that lose no information at small integers.
Expression random_expression(std::mt19937& random) {
    const auto below = [&](int end) { return std::uniform_int_distribution<int>(0, end - 1)(random); };
    constexpr std::array functions{Function::Add,         Function::Subtract, Function::Negate,
                                   Function::MultiplyAdd, Function::Constant, Function::Maximum};
    Expression expression;
    expression.operands = 1 + below(3);
    const int terms = below(4);
    for (int i = 0; i < terms; ++i) {
        Term term{.function = functions[static_cast<std::size_t>(below(functions.size()))], .alpha = 3};
        for (int k = 0; k < arity(term.function); ++k) {
            term.arguments[static_cast<std::size_t>(k)] = below(expression.operands + i);
        }
        expression.terms.push_back(term);
    }
    return expression;
}

TEST(Expression, composedIsSubstitution) {
    std::mt19937 random(7);
    const std::vector<float> operands{1, -2, 3, 5, -7, 11};
    for (int round = 0; round < 500; ++round) {
        const Expression outer = random_expression(random);
        const Expression inner = random_expression(random);
        const int at = std::uniform_int_distribution<int>(0, outer.operands - 1)(random);
        const Expression composed = outer.composed(at, inner);
        core::check_expression(composed);
        std::vector<float> of_outer(operands.begin(), operands.begin() + at);
        of_outer.push_back(inner.evaluate(operands.data() + at));
        of_outer.insert(of_outer.end(), operands.begin() + at + inner.operands, operands.end());
        EXPECT_EQ(composed.evaluate(operands.data()), outer.evaluate(of_outer.data()))
            << to_string(outer) << " with x" << at << " = " << to_string(inner) << " gave " << to_string(composed);
    }
}

TEST(Expression, longExpressionsAreEvaluated) {
    Expression expression;
    for (int i = 0; i < 100; ++i) {
        expression.terms.push_back({.function = Function::MultiplyOne, .arguments = {i, -1, -1}, .alpha = 1, .beta = 1});
    }
    EXPECT_EQ(value_of(expression, {5}), 105);
}

TEST(Expression, checkFindsWhatIsWrong) {
    Expression forward;
    forward.terms.push_back({.function = Function::Relu, .arguments = {1, -1, -1}});
    EXPECT_EQ(error_text([&] { core::check_expression(forward); }),
              "term 0 (relu): argument 0 is 1, expected one of 0 to 0");
    Expression missing;
    missing.terms.push_back({.function = Function::Add, .arguments = {0, -1, -1}});
    EXPECT_EQ(error_text([&] { core::check_expression(missing); }),
              "term 0 (add): argument 1 is -1, expected one of 0 to 0");
    Expression empty;
    empty.operands = 0;
    EXPECT_EQ(error_text([&] { core::check_expression(empty); }), "an expression without terms needs operand 0, found none");
    const std::array<float, 1> x{3};
    for (const Expression& wrong : {forward, missing, empty}) {
        EXPECT_EQ(error_text([&] { (void)wrong.evaluate(x.data()); }), error_text([&] { (void)to_string(wrong); }));
    }
    Expression unknown;
    unknown.terms.push_back({.function = static_cast<Function>(200)});
    EXPECT_EQ(error_text([&] { core::check_expression(unknown); }), "200 is no function of an expression");
}

TEST(Function, definitionsOfOnnx) {
    EXPECT_EQ(value_of(Function::HardSigmoid, 1, 0.2F, 0.5F), 0.7F);
    EXPECT_EQ(value_of(Function::HardSigmoid, 9, 0.2F, 0.5F), 1);
    EXPECT_EQ(value_of(Function::HardSwish, 3), 3);
    EXPECT_EQ(value_of(Function::HardSwish, -3), 0);
    EXPECT_EQ(value_of(Function::LeakyRelu, -2, 0.25F), -0.5F);
    EXPECT_EQ(value_of(Function::ThresholdedRelu, 1, 1), 0);
    EXPECT_EQ(value_of(Function::ThresholdedRelu, 1.5F, 1), 1.5F);
    EXPECT_EQ(value_of(Function::Round, 2.5F), 2);
    EXPECT_EQ(value_of(Function::Round, -1.5F), -2);
    EXPECT_EQ(value_of(Function::Sign, -3), -1);
    EXPECT_EQ(value_of(Function::Sign, 0), 0);
    EXPECT_FLOAT_EQ(value_of(Function::Elu, -1, 2), 2 * (std::exp(-1.0F) - 1));
    EXPECT_FLOAT_EQ(value_of(Function::Selu, -1, 1.5F, 3), 3 * (1.5F * (std::exp(-1.0F) - 1)));
    EXPECT_FLOAT_EQ(value_of(Function::Selu, 2, 1.5F, 3), 6);
    EXPECT_FLOAT_EQ(value_of(Function::Celu, -1, 2), 2 * (std::exp(-0.5F) - 1));
    EXPECT_FLOAT_EQ(value_of(Function::Softplus, 1), std::log(std::exp(1.0F) + 1));
    EXPECT_EQ(value_of(Function::Softplus, 1000), 1000);
    EXPECT_FLOAT_EQ(value_of(Function::Mish, 1), std::tanh(std::log(std::exp(1.0F) + 1)));
    EXPECT_FLOAT_EQ(value_of(Function::Softsign, -3), -0.75F);
    EXPECT_FLOAT_EQ(value_of(Function::Sigmoid, 2), 1 / (1 + std::exp(-2.0F)));
    EXPECT_FLOAT_EQ(value_of(Function::Reciprocal, 4), 0.25F);
    EXPECT_EQ(value_of(Expression::of(Function::PRelu), {-2, 0.5F}), -1);
    EXPECT_EQ(value_of(Expression::of(Function::PRelu), {2, 0.5F}), 2);
    EXPECT_EQ(value_of(Expression::of(Function::Power), {2, 10}), 1024);
}

TEST(Function, multiplyAddRoundsOnce) {
    const float a = 1 + std::ldexp(1.0F, -12);
    EXPECT_EQ(value_of(Expression::of(Function::MultiplyAdd), {a, a, -1}), std::fma(a, a, -1.0F));
    EXPECT_NE(std::fma(a, a, -1.0F), a * a - 1.0F);
    EXPECT_EQ(value_of(Function::MultiplyOne, a, a, -1), std::fma(a, a, -1.0F));
}

TEST(Function, truthsAreZeroAndOne) {
    const float not_a_number = std::numeric_limits<float>::quiet_NaN();
    const auto table = [](Function function, const std::vector<std::pair<float, float>>& operands) {
        std::string results;
        for (const auto& [a, b] : operands) results += value_of(Expression::of(function), {a, b}) == 1 ? '1' : '0';
        return results;
    };
    const std::vector<std::pair<float, float>> ordered{
        {1, 2}, {2, 2}, {3, 2}, {not_a_number, 2}, {2, not_a_number}, {not_a_number, not_a_number}, {-0.0F, 0.0F}};
    EXPECT_EQ(table(Function::Greater, ordered), "0010000");
    EXPECT_EQ(table(Function::GreaterOrEqual, ordered), "0110001");
    EXPECT_EQ(table(Function::Less, ordered), "1000000");
    EXPECT_EQ(table(Function::LessOrEqual, ordered), "1100001");
    EXPECT_EQ(table(Function::Equal, ordered), "0100001");
    const std::vector<std::pair<float, float>> truths{
        {0, 0}, {0, -0.5F}, {7, 0}, {1, 2}, {not_a_number, 0}, {0, not_a_number}, {not_a_number, not_a_number}};
    EXPECT_EQ(table(Function::And, truths), "0001001");
    EXPECT_EQ(table(Function::Or, truths), "0111111");
    EXPECT_EQ(table(Function::Xor, truths), "0110110");
    EXPECT_EQ(value_of(Function::Not, 0), 1);
    EXPECT_EQ(value_of(Function::Not, -0.0F), 1);
    EXPECT_EQ(value_of(Function::Not, 0.25F), 0);
    EXPECT_EQ(value_of(Function::Not, not_a_number), 0);
}

TEST(Function, selectHasTheBitsOfOne) {
    const float not_a_number = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    const Expression select = Expression::of(Function::Select);
    for (const float other : {not_a_number, infinite, -infinite}) {
        EXPECT_EQ(value_of(select, {1, 3, other}), 3);
        EXPECT_EQ(value_of(select, {0, other, 3}), 3);
    }
    EXPECT_EQ(value_of(select, {-0.0F, 1, 2}), 2);
    EXPECT_EQ(value_of(select, {not_a_number, 1, 2}), 1);
    EXPECT_TRUE(std::isnan(value_of(select, {1, not_a_number, 2})));
    EXPECT_EQ(to_string(select), "select(x0, x1, x2)");
}

/// Those of one and more arguments that are numbers again.
std::vector<Function> numeric_functions() {
    std::vector<Function> functions;
    for (int i = 1; i <= static_cast<int>(Function::MultiplyAdd); ++i) {
        const auto function = static_cast<Function>(i);
        const bool is_truth = function == Function::Not || (function >= Function::Greater && function <= Function::Xor);
        if (!is_truth) functions.push_back(function);
    }
    return functions;
}

TEST(Function, notANumberStaysOne) {
    const float quiet_nan = std::numeric_limits<float>::quiet_NaN();
    for (const Function function : numeric_functions()) {
        const std::vector<float> operands(3, quiet_nan);
        EXPECT_TRUE(std::isnan(value_of(Expression::of(function, 0.5F, 1), operands))) << to_string(function);
    }
    for (const Function function : {Function::Minimum, Function::Maximum}) {
        EXPECT_TRUE(std::isnan(value_of(Expression::of(function), {1, quiet_nan})));
        EXPECT_TRUE(std::isnan(value_of(Expression::of(function), {quiet_nan, 1})));
    }
}

TEST(Function, namesAreUniqueAndCallsFit) {
    std::vector<std::string_view> names;
    for (int i = 0; i <= static_cast<int>(Function::Select); ++i) {
        const auto function = static_cast<Function>(i);
        EXPECT_EQ(std::ranges::count(names, to_string(function)), 0) << to_string(function);
        names.push_back(to_string(function));
        EXPECT_EQ(Expression::of(function).operands, arity(function));
    }
    EXPECT_EQ(to_string(Function::Constant), "constant");
    EXPECT_EQ(to_string(Function::Celu), "celu");
    EXPECT_EQ(to_string(Function::MultiplyOne), "multiply_one");
    EXPECT_EQ(to_string(Function::MultiplyAdd), "multiply_add");
    EXPECT_EQ(to_string(Function::Xor), "xor");
}

}  // namespace
}  // namespace abut
