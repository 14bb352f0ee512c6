// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

struct Sum {
    Shape a;
    Shape b;
    std::vector<Form> forms;
    Form output = Form::Dense;
    std::vector<bool> is_constant{};
};

void check_sum(StepBatch& batch, const std::string& where, const Sum& sum) {
    batch.check(fmt::format("{} {} + {}", where, to_string(sum.a), to_string(sum.b)),
                Elementwise{Expression::of(Function::Add)}, {random_tensor(sum.a, 1), random_tensor(sum.b, 2)}, sum.forms,
                sum.output, {0, 0}, sum.is_constant);
}

TEST(ElementwiseKernel, AddsFromAllFormsToAllForms) {
    StepBatch batch;
    for (const Shape& shape : {Shape{1, 20, 5, 7}, Shape{2, 3, 9, 11}, Shape{1, 64, 40, 40}}) {
        for (const Form a : every_form) {
            for (const Form b : {Form::Last, Form::SlicedDense}) {
                const std::string where = to_string(a) + ", " + to_string(b);
                check_sum(batch, where + " to last", {shape, shape, {a, b}, Form::Last});
                check_sum(batch, where + ", last first", {shape, shape, {b, Form::Last}, a});
            }
        }
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(ElementwiseKernel, Broadcasts) {
    const Shape image{2, 20, 5, 7};
    StepBatch batch;
    for (const Shape& other : {Shape{1, 20, 1, 1}, Shape{1}, Shape{}, Shape{5, 7}, Shape{2, 1, 5, 1}, Shape{20, 1, 7}}) {
        for (const Form form : {Form::Dense, Form::SlicedLast}) {
            const std::string where = to_string(form);
            check_sum(batch, where, {image, other, {form, Form::Dense}, form});
            check_sum(batch, where + " constant", {image, other, {form, Form::Dense}, form, {false, true}});
            check_sum(batch, where, {other, image, {Form::Dense, form}, Form::Last});
        }
    }
    check_sum(batch, "dense", {{4, 1, 6}, {1, 5, 1}, {Form::Dense, Form::Dense}, Form::Dense});
    EXPECT_EQ(batch.failures(), "");
}

TEST(ElementwiseKernel, ServesEveryRankAndEmptyTensors) {
    StepBatch batch;
    const std::vector<Form> dense{Form::Dense, Form::Dense};
    check_sum(batch, "dense", {{}, {}, dense, Form::Dense});
    check_sum(batch, "dense", {{1}, {1}, dense, Form::Dense});
    check_sum(batch, "dense", {{0, 4}, {0, 4}, dense, Form::Dense});
    const Shape eight{2, 3, 2, 2, 3, 2, 2, 5};
    check_sum(batch, "reversed", {eight, eight, {Form::Dense, Form::SlicedDense}, Form::Reversed});
    check_sum(batch, "long", {{100003}, {100003}, {Form::Dense, Form::SlicedDense}, Form::Dense});
    EXPECT_EQ(batch.failures(), "");
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
constexpr Function functions[] = {Function::Abs,       Function::Ceil,        Function::Cos,
                                  Function::Elu,       Function::Erf,         Function::Exp,
                                  Function::Floor,     Function::HardSigmoid, Function::HardSwish,
                                  Function::LeakyRelu, Function::Log,         Function::Mish,
                                  Function::Negate,    Function::Reciprocal,  Function::Relu,
                                  Function::Round,     Function::Selu,        Function::Sigmoid,
                                  Function::Sign,      Function::Sin,         Function::Softplus,
                                  Function::Softsign,  Function::Sqrt,        Function::Square,
                                  Function::Tan,       Function::Tanh,        Function::ThresholdedRelu,
                                  Function::Acos,      Function::Acosh,       Function::Asin,
                                  Function::Asinh,     Function::Atan,        Function::Atanh,
                                  Function::Cosh,      Function::Sinh,        Function::Celu,
                                  Function::Clip,      Function::MultiplyOne, Function::Subtract,
                                  Function::Multiply,  Function::Divide,      Function::Minimum,
                                  Function::Maximum,   Function::Power,       Function::PRelu,
                                  Function::Greater,   Function::Less,        Function::Select};

void check_function(StepBatch& batch, Function function) {
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
    batch.check(std::string(to_string(function)), Elementwise{Expression::of(function, 0.75F, 1.25F)}, inputs, forms,
                Form::SlicedDense, {1e-5F, 2e-6F});
}

TEST(ElementwiseKernel, AgreesWithTheReferenceInEveryFunction) {
    StepBatch batch;
    for (const Function function : functions) check_function(batch, function);
    EXPECT_EQ(batch.failures(), "");
}

/// Values around and at 0, pairs that are equal, and what no order holds for.
std::vector<Tensor> special_operands(int operands) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinity = std::numeric_limits<float>::infinity();
    const std::vector<float> specials{0, -0.0F, 1, -1, 0.5F, nan, infinity, -infinity};
    const auto extent = static_cast<std::int64_t>(specials.size());
    std::vector<Tensor> result;
    for (int operand = 0; operand < operands; ++operand) {
        Shape shape = Dims::filled(operands, 1);
        shape[operand] = extent;
        result.push_back({shape, specials});
    }
    return result;
}

TEST(ElementwiseKernel, ComparesAndChoosesWithoutALeak) {
    StepBatch batch;
    for (const Function function :
         {Function::Not, Function::Greater, Function::GreaterOrEqual, Function::Less, Function::LessOrEqual, Function::Equal,
          Function::And, Function::Or, Function::Xor, Function::Select}) {
        const auto operands = special_operands(arity(function));
        const std::vector<Form> forms(operands.size(), Form::Dense);
        batch.check(std::string(to_string(function)), Elementwise{Expression::of(function)}, operands, forms,
                    Form::SlicedDense, {0, 0});
    }
    EXPECT_EQ(batch.failures(), "");
}

/// c * a + (1 - c) * b is what a choice must not be: its results differ where the other operand is no number.
TEST(ElementwiseKernel, ABlendLeaks) {
    Expression blend;
    blend.operands = 3;
    blend.terms = {{.function = Function::Multiply, .arguments = {0, 1, -1}},
                   {.function = Function::MultiplyOne, .arguments = {0, -1, -1}, .alpha = -1, .beta = 1},
                   {.function = Function::MultiplyAdd, .arguments = {4, 2, 3}}};
    const Tensor infinite{{2}, {std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}};
    const std::vector<Tensor> operands{{{}, {0}}, infinite, {{2}, {1, 2}}};
    StepBatch batch;
    for (const Expression& expression : {blend, Expression::of(Function::Select)}) {
        std::vector<StepInput> inputs;
        for (const Tensor& operand : operands) inputs.push_back({operand, placed_as(Form::Dense, operand.shape)});
        batch.add(expression == blend ? "blend" : "select",
                  PreparedStep(test_device(), Elementwise{expression}, inputs, {placed_as(Form::Dense, {2})}), {{2}, {1, 2}},
                  {0, 0});
    }
    EXPECT_THAT(batch.failures(), testing::StartsWith("blend: element"));
    EXPECT_THAT(batch.failures(), testing::Not(testing::HasSubstr("select")));
}

}  // namespace
}  // namespace abut::test
