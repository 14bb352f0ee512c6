// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "abut/error.hpp"
#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

/// Bytes of a bool: any that is not 0 is true.
Tensor random_bytes(const Shape& shape, std::uint32_t seed) {
    Tensor tensor = random_tensor(shape, seed, -256, 256);
    for (float& element : tensor.elements) element = element < 0 ? 0 : std::floor(element);
    return tensor;
}

/// Half of the elements are 0, of either sign.
Tensor random_numbers(const Shape& shape, std::uint32_t seed) {
    Tensor tensor = random_tensor(shape, seed);
    for (float& element : tensor.elements) {
        if (element < 0.5F) element = element < 0 ? -0.0F : element < 0.25F ? 0.0F : element;
    }
    return tensor;
}

TEST(CastKernel, BetweenAllForms) {
    StepBatch batch;
    for (const Shape& shape : {Shape{2, 3, 9, 11}, Shape{1, 20, 5, 7}, Shape{1, 64, 40, 40}}) {
        batch.check_forms("to float32 " + to_string(shape), Cast{DType::Float32}, random_bytes(shape, 1), every_form,
                          {0, 0});
        batch.check_forms("to bool " + to_string(shape), Cast{DType::Bool}, random_numbers(shape, 2), every_form, {0, 0});
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(CastKernel, ServesEveryRankAndEmptyTensors) {
    StepBatch batch;
    for (const Shape& shape : {Shape{}, Shape{1}, Shape{17}, Shape{0, 4}, Shape{2, 3, 2, 2, 3, 2, 2, 5}, Shape{100003}}) {
        batch.check("to float32 " + to_string(shape), Cast{DType::Float32}, {random_bytes(shape, 3)}, {Form::Dense},
                    Form::SlicedDense, {0, 0});
        batch.check("to bool " + to_string(shape), Cast{DType::Bool}, {random_numbers(shape, 4)}, {Form::SlicedDense},
                    Form::Dense, {0, 0});
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(CastKernel, NumbersOfAllKinds) {
    const float infinity = std::numeric_limits<float>::infinity();
    const Tensor numbers{{6}, {0, -0.0F, std::numeric_limits<float>::quiet_NaN(), -infinity, 0.25F, 1e30F}};
    StepBatch batch;
    const PreparedStep step(test_device(), Cast{DType::Bool}, {{numbers, placed_as(Form::Dense, {6})}},
                            {placed_as(Form::Dense, {6})});
    batch.add("numbers", step, {{6}, {0, 0, 1, 1, 1, 1}}, {0, 0});
    batch.check("constant", Cast{DType::Bool}, {numbers}, {Form::Dense}, Form::Dense, {0, 0}, {true});
    batch.add("a wrong one", step, {{6}, {0, 0, 0, 1, 1, 1}}, {0, 0});
    EXPECT_THAT(batch.failures(), testing::StartsWith("a wrong one: element 2"));
}

TEST(CastKernel, RefusesConstantsOfBool) {
    EXPECT_THROW(PreparedStep(test_device(), Cast{DType::Float32}, {{{{1}, {1}}, {}, true}}, {placed_as(Form::Dense, {1})}),
                 Error);
}

}  // namespace
}  // namespace abut::test
