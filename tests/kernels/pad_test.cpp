// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

TEST(PadKernel, ServesEveryModeAndForm) {
    StepBatch batch;
    for (const PadMode mode : {PadMode::Constant, PadMode::Edge, PadMode::Reflect, PadMode::Wrap}) {
        const Pad pad{.mode = mode, .before = {0, 0, 2, 3}, .after = {0, 0, 1, 4}, .value = 1.5F};
        const std::string where = fmt::format("mode {}", static_cast<int>(mode));
        batch.check_forms(where, pad, random_tensor({2, 19, 6, 21}, 1), every_form, exact);
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(PadKernel, BuildsAlone) {
    const Pad pad{.mode = PadMode::Reflect, .before = {0, 0, 2, 3}, .after = {0, 0, 1, 4}};
    EXPECT_EQ(check_step(pad, {random_tensor({2, 19, 6, 21}, 1)}, {Form::Last}, Form::SlicedLast, exact), "");
}

TEST(PadKernel, PadsAnyAxis) {
    StepBatch batch;
    const Pad pad{.mode = PadMode::Constant, .before = {1, 5, 0, 0}, .after = {0, 12, 2, 0}, .value = -3};
    batch.check_forms("image", pad, random_tensor({1, 16, 4, 5}, 2), {Form::Dense, Form::SlicedLast}, exact);
    const Pad row{.mode = PadMode::Edge, .before = {40}, .after = {3}};
    batch.check_forms("row", row, random_tensor({50}, 2), {Form::Dense, Form::SlicedDense}, exact);
    const Pad alone{.mode = PadMode::Constant, .before = {0, 0, 0, 1}, .after = {0, 0, 0, 2}, .value = 0.25F};
    batch.check_forms("one axis is longer than 1", alone, random_tensor({1, 1, 1, 20}, 2), every_form, exact);
    const Pad nothing{.before = {0, 0}, .after = {0, 0}};
    batch.check_forms("nothing", nothing, random_tensor({3, 4}, 2), {Form::Dense}, exact);
    EXPECT_EQ(batch.failures(), "");
}

TEST(PadKernel, CropsWithNegativePads) {
    const std::vector<Form> forms{Form::Dense, Form::SlicedLast};
    const Tensor x = random_tensor({1, 20, 9, 7}, 3);
    StepBatch batch;
    batch.check_forms("both ways", Pad{.before = {0, -3, -2, 1}, .after = {0, -4, 5, -6}, .value = 2}, x, forms, exact);
    batch.check_forms("one row is left", Pad{.before = {0, 0, -4, 0}, .after = {0, 0, -4, 0}}, x, forms, exact);
    batch.check_forms("nothing of x is left", Pad{.before = {0, 0, -9, 0}, .after = {0, 0, 1, 0}, .value = 4}, x, forms,
                      exact);
    EXPECT_EQ(batch.failures(), "");
}

}  // namespace
}  // namespace abut::test
