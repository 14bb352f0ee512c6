// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/check_step.hpp"

namespace abut::test {
namespace {

const std::vector<Form> every_form(std::begin(all_forms), std::end(all_forms));

std::string check_both(Pool2d pool, const Shape& shape, const std::vector<Form>& forms) {
    // Values below zero, so that a padding of zeros would show in a maximum.
    const Tensor x = random_tensor(shape, 3, -2, -1);
    pool.kind = PoolKind::Average;
    std::string found = check_forms(pool, x, forms);
    if (!found.empty()) return "average " + found;
    pool.count_include_pad = true;
    found = check_forms(pool, x, forms);
    if (!found.empty()) return "average with padding " + found;
    pool.kind = PoolKind::Max;
    found = check_forms(pool, x, forms, {0, 0});
    return found.empty() ? found : "max " + found;
}

TEST(Pool2dKernel, ServesAllForms) {
    const Pool2d pool{.kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}};
    EXPECT_EQ(check_both(pool, {1, 67, 13, 9}, every_form), "");
    EXPECT_EQ(check_both(pool, {33, 2, 6, 5}, every_form), "");
    EXPECT_EQ(check_both(pool, {1, 1, 8, 8}, every_form), "");
}

TEST(Pool2dKernel, ServesEveryWindow) {
    const std::vector<Form> forms{Form::Last, Form::SlicedLast};
    const Shape shape{2, 40, 15, 11};
    EXPECT_EQ(check_both({.kernel = {2, 2}, .strides = {2, 2}}, shape, forms), "");
    EXPECT_EQ(check_both({.kernel = {3, 3}, .strides = {1, 1}, .pads = {1, 1, 1, 1}}, shape, forms), "");
    EXPECT_EQ(check_both({.kernel = {15, 11}, .strides = {1, 1}}, shape, forms), "") << "the whole image";
    EXPECT_EQ(check_both({.kernel = {5, 2}, .strides = {3, 1}, .pads = {2, 0, 1, 1}}, shape, forms), "");
    EXPECT_EQ(check_both({.kernel = {3, 2}, .strides = {1, 2}, .pads = {2, 1, 2, 1}, .dilations = {2, 3}}, shape, forms),
              "");
    EXPECT_EQ(check_both({.kernel = {3, 3}, .strides = {2, 2}, .ceil_mode = true}, shape, forms), "");
    EXPECT_EQ(check_both({.kernel = {2, 3}, .strides = {2, 3}, .pads = {0, 1, 1, 2}, .ceil_mode = true}, shape, forms), "");
}

TEST(Pool2dKernel, KeepsInfinitiesOutOfTheResult) {
    // Each window has an element, so no -inf of an empty maximum may be left.
    const Pool2d pool{.kernel = {3, 3}, .strides = {1, 1}, .pads = {2, 2, 2, 2}};
    Tensor x = random_tensor({1, 16, 4, 4}, 9, -3e38F, -2e38F);
    EXPECT_EQ(check_forms(pool, x, {Form::Last}, {0, 0}), "");
}

}  // namespace
}  // namespace abut::test
