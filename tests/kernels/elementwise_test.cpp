// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/check_step.hpp"

namespace abut::test {
namespace {

const std::vector<Form> every_form(std::begin(all_forms), std::end(all_forms));

std::string check_sum(const Shape& a, const Shape& b, Form a_form, Form b_form, Form output,
                      const std::vector<bool>& is_constant = {}) {
    return check_step(Elementwise{Expression::of(Function::Add)}, {random_tensor(a, 1), random_tensor(b, 2)},
                      {a_form, b_form}, output, {0, 0}, is_constant);
}

TEST(ElementwiseKernel, AddsFromAllFormsToAllForms) {
    for (const Shape& shape : {Shape{1, 20, 5, 7}, Shape{2, 3, 9, 11}, Shape{1, 64, 40, 40}}) {
        for (const Form a : every_form) {
            for (const Form b : {Form::Last, Form::SlicedDense}) {
                EXPECT_EQ(check_sum(shape, shape, a, b, Form::Last), "") << to_string(shape) << to_string(a) << to_string(b);
                EXPECT_EQ(check_sum(shape, shape, b, Form::Last, a), "") << to_string(shape) << to_string(a) << to_string(b);
            }
        }
    }
}

TEST(ElementwiseKernel, Broadcasts) {
    const Shape image{2, 20, 5, 7};
    for (const Shape& other : {Shape{1, 20, 1, 1}, Shape{1}, Shape{}, Shape{5, 7}, Shape{2, 1, 5, 1}, Shape{20, 1, 7}}) {
        for (const Form form : {Form::Dense, Form::SlicedLast}) {
            const std::string where = to_string(other) + " " + to_string(form);
            EXPECT_EQ(check_sum(image, other, form, Form::Dense, form), "") << where;
            EXPECT_EQ(check_sum(image, other, form, Form::Dense, form, {false, true}), "") << where << " constant";
            EXPECT_EQ(check_sum(other, image, Form::Dense, form, Form::Last), "") << where << " first";
        }
    }
    EXPECT_EQ(check_sum({4, 1, 6}, {1, 5, 1}, Form::Dense, Form::Dense, Form::Dense), "");
}

TEST(ElementwiseKernel, ServesEveryRankAndEmptyTensors) {
    EXPECT_EQ(check_sum({}, {}, Form::Dense, Form::Dense, Form::Dense), "");
    EXPECT_EQ(check_sum({1}, {1}, Form::Dense, Form::Dense, Form::Dense), "");
    EXPECT_EQ(check_sum({0, 4}, {0, 4}, Form::Dense, Form::Dense, Form::Dense), "");
    const Shape eight{2, 3, 2, 2, 3, 2, 2, 5};
    EXPECT_EQ(check_sum(eight, eight, Form::Dense, Form::SlicedDense, Form::Reversed), "");
    EXPECT_EQ(check_sum({100003}, {100003}, Form::Dense, Form::SlicedDense, Form::Dense), "");
}

TEST(ElementwiseKernel, EvaluatesExpressionsOfManyOperands) {
    Expression expression = Expression::of(Function::MultiplyAdd);
    expression = expression.composed(0, Expression::of(Function::Relu)).composed(2, Expression::of(Function::Tanh));
    const Shape shape{1, 24, 6, 6};
    const std::vector<Tensor> inputs{random_tensor(shape, 1), random_tensor({24, 1, 1}, 2), random_tensor({1, 1, 6, 6}, 3)};
    EXPECT_EQ(check_step(Elementwise{expression}, inputs, {Form::Last, Form::Dense, Form::Dense}, Form::SlicedLast, {},
                         {false, true, false}),
              "");
}

// Each function on its own, over arguments that reach its special ranges; log, sqrt, pow and the like from 0 up.
class ElementwiseFunctions : public testing::TestWithParam<Function> {};

TEST_P(ElementwiseFunctions, AgreesWithTheReference) {
    const Function function = GetParam();
    const bool positive = function == Function::Log || function == Function::Sqrt || function == Function::Power;
    const bool above_one = function == Function::Acosh;
    const bool below_one = function == Function::Acos || function == Function::Asin || function == Function::Atanh;
    const float low = above_one ? 1.0F : positive ? 0.01F : below_one ? -0.99F : -6.0F;
    const float high = below_one ? 0.99F : 6.0F;
    std::vector<Tensor> inputs;
    for (int i = 0; i < arity(function); ++i) {
        inputs.push_back(random_tensor({3, 1000}, static_cast<std::uint32_t>(7 + i), low, high));
    }
    const std::vector<Form> forms(inputs.size(), Form::Dense);
    EXPECT_EQ(
        check_step(Elementwise{Expression::of(function, 0.75F, 1.25F)}, inputs, forms, Form::SlicedDense, {1e-5F, 2e-6F}),
        "");
}

INSTANTIATE_TEST_SUITE_P(All, ElementwiseFunctions,
                         testing::Values(Function::Abs, Function::Ceil, Function::Cos, Function::Elu, Function::Erf,
                                         Function::Exp, Function::Floor, Function::HardSigmoid, Function::HardSwish,
                                         Function::LeakyRelu, Function::Log, Function::Mish, Function::Negate,
                                         Function::Reciprocal, Function::Relu, Function::Round, Function::Selu,
                                         Function::Sigmoid, Function::Sign, Function::Sin, Function::Softplus,
                                         Function::Softsign, Function::Sqrt, Function::Square, Function::Tan, Function::Tanh,
                                         Function::ThresholdedRelu, Function::Acos, Function::Acosh, Function::Asin,
                                         Function::Asinh, Function::Atan, Function::Atanh, Function::Cosh, Function::Sinh,
                                         Function::Celu, Function::Clip, Function::MultiplyOne, Function::Subtract,
                                         Function::Multiply, Function::Divide, Function::Minimum, Function::Maximum,
                                         Function::Power, Function::PRelu),
                         [](const auto& function) { return std::string(to_string(function.param)); });

}  // namespace
}  // namespace abut::test
