// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

void check_kinds(StepBatch& batch, const std::string& where, Pool2d pool, const Shape& shape,
                 const std::vector<Form>& forms) {
    // Values below zero, so that a padding of zeros would show in a maximum.
    const Tensor x = random_tensor(shape, 3, -2, -1);
    pool.kind = PoolKind::Average;
    batch.check_forms(where + ", average", pool, x, forms);
    pool.count_include_pad = true;
    batch.check_forms(where + ", average with padding", pool, x, forms);
    pool.kind = PoolKind::Max;
    batch.check_forms(where + ", max", pool, x, forms, {0, 0});
}

TEST(Pool2dKernel, ServesAllForms) {
    const Pool2d pool{.kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}};
    StepBatch batch;
    for (const Shape& shape : {Shape{1, 67, 13, 9}, Shape{33, 2, 6, 5}, Shape{1, 1, 8, 8}}) {
        check_kinds(batch, to_string(shape), pool, shape, every_form);
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(Pool2dKernel, ServesEveryWindow) {
    StepBatch batch;
    const auto check = [&](const std::string& where, const Pool2d& pool) {
        check_kinds(batch, where, pool, {2, 40, 15, 11}, {Form::Last, Form::SlicedLast});
    };
    check("two by two", {.kernel = {2, 2}, .strides = {2, 2}});
    check("three by three", {.kernel = {3, 3}, .strides = {1, 1}, .pads = {1, 1, 1, 1}});
    check("the whole image", {.kernel = {15, 11}, .strides = {1, 1}});
    check("uneven", {.kernel = {5, 2}, .strides = {3, 1}, .pads = {2, 0, 1, 1}});
    check("dilated", {.kernel = {3, 2}, .strides = {1, 2}, .pads = {2, 1, 2, 1}, .dilations = {2, 3}});
    check("ceiling", {.kernel = {3, 3}, .strides = {2, 2}, .ceil_mode = true});
    check("padded ceiling", {.kernel = {2, 3}, .strides = {2, 3}, .pads = {0, 1, 1, 2}, .ceil_mode = true});
    EXPECT_EQ(batch.failures(), "");
}

TEST(Pool2dKernel, KeepsInfinitiesOutOfTheResult) {
    // Each window has an element, so no -inf of an empty maximum may be left.
    const Pool2d pool{.kernel = {3, 3}, .strides = {1, 1}, .pads = {2, 2, 2, 2}};
    const Tensor x = random_tensor({1, 16, 4, 4}, 9, -3e38F, -2e38F);
    EXPECT_EQ(check_step(pool, {x}, {Form::Last}, Form::Last, {0, 0}), "");
}

}  // namespace
}  // namespace abut::test
