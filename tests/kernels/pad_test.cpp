// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/check_step.hpp"

namespace abut::test {
namespace {

constexpr Tolerance exact{0, 0};
const std::vector<Form> every_form(std::begin(all_forms), std::end(all_forms));

TEST(PadKernel, ServesEveryModeAndForm) {
    for (const PadMode mode : {PadMode::Constant, PadMode::Edge, PadMode::Reflect, PadMode::Wrap}) {
        const Pad pad{.mode = mode, .before = {0, 0, 2, 3}, .after = {0, 0, 1, 4}, .value = 1.5F};
        EXPECT_EQ(check_forms(pad, random_tensor({2, 19, 6, 21}, 1), every_form, exact), "") << static_cast<int>(mode);
    }
}

TEST(PadKernel, PadsAnyAxis) {
    const Pad pad{.mode = PadMode::Constant, .before = {1, 5, 0, 0}, .after = {0, 12, 2, 0}, .value = -3};
    EXPECT_EQ(check_forms(pad, random_tensor({1, 16, 4, 5}, 2), {Form::Dense, Form::SlicedLast}, exact), "");
    const Pad row{.mode = PadMode::Edge, .before = {40}, .after = {3}};
    EXPECT_EQ(check_forms(row, random_tensor({50}, 2), {Form::Dense, Form::SlicedDense}, exact), "");
    const Pad nothing{.before = {0, 0}, .after = {0, 0}};
    EXPECT_EQ(check_forms(nothing, random_tensor({3, 4}, 2), {Form::Dense}, exact), "");
}

TEST(PadKernel, CropsWithNegativePads) {
    const std::vector<Form> forms{Form::Dense, Form::SlicedLast};
    const Tensor x = random_tensor({1, 20, 9, 7}, 3);
    EXPECT_EQ(check_forms(Pad{.before = {0, -3, -2, 1}, .after = {0, -4, 5, -6}, .value = 2}, x, forms, exact), "");
    EXPECT_EQ(check_forms(Pad{.before = {0, 0, -4, 0}, .after = {0, 0, -4, 0}}, x, forms, exact), "") << "one row is left";
    EXPECT_EQ(check_forms(Pad{.before = {0, 0, -9, 0}, .after = {0, 0, 1, 0}, .value = 4}, x, forms, exact), "")
        << "nothing of x is left";
}

}  // namespace
}  // namespace abut::test
