// SPDX-License-Identifier: Apache-2.0
#include "support/step_batch.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_step.hpp"

namespace abut::test {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

void add_copy(StepBatch& batch, const std::string& where, float error, Lowering lowering = ops::lower) {
    const Tensor x = random_tensor({2, 3, 4, 5}, 1);
    const Placed placed = placed_as(Form::SlicedDense, x.shape);
    Tensor expected = x;
    expected.elements[7] += error;
    batch.add(where, {test_device(), Copy{}, {{.tensor = x, .placed = placed}}, {placed}, lowering}, expected, {0, 0});
}

TEST(StepBatch, NamesTheStepsThatFail) {
    StepBatch batch;
    add_copy(batch, "right", 0);
    for (int i = 0; i < 7; ++i) add_copy(batch, fmt::format("wrong {}", i), 1);
    const std::string found = batch.failures();
    EXPECT_THAT(found, Not(HasSubstr("right")));
    EXPECT_THAT(found, HasSubstr("wrong 0: element 7 of 2x3x4x5"));
    EXPECT_THAT(found, HasSubstr("wrong 4"));
    EXPECT_THAT(found, Not(HasSubstr("wrong 5")));
    EXPECT_THAT(found, HasSubstr("and 2 more"));
}

TEST(StepBatch, NamesTheStepThatWritesOutsideItsOutput) {
    const Lowering elsewhere = [](const ops::StepSpec& step, const DeviceProfile& device) {
        ops::StepSpec wrong = step;
        wrong.writes.front().spec.layout = Layout::dense(step.writes.front().spec.layout.shape);
        return ops::lower(wrong, device);
    };
    StepBatch batch;
    add_copy(batch, "right", 0);
    add_copy(batch, "elsewhere", 0, elsewhere);
    EXPECT_THAT(batch.failures(), HasSubstr("elsewhere: element "));
    EXPECT_THAT(batch.failures(), HasSubstr("was written"));
}

}  // namespace
}  // namespace abut::test
