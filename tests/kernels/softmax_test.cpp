// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

void check_both(StepBatch& batch, const Shape& shape, int axis, const std::vector<Form>& forms, float low = -8,
                float high = 8) {
    const Tensor x = random_tensor(shape, 4, low, high);
    const std::string where = fmt::format("{} axis {}", to_string(shape), axis);
    batch.check_forms(where, Softmax{.axis = axis, .log = false}, x, forms, {2e-5F, 1e-7F});
    const std::vector<Form> ends{forms.front(), forms.back()};  // a logarithm changes no access
    batch.check_forms(where + " log", Softmax{.axis = axis, .log = true}, x, ends, {1e-5F, 2e-5F});
}

TEST(SoftmaxKernel, ServesEveryAxisAndForm) {
    StepBatch batch;
    for (int axis = 0; axis < 4; ++axis) {
        check_both(batch, {3, 20, 6, 5}, axis, every_form);
        check_both(batch, {1, 2, 1, 33}, axis, {Form::Dense, Form::Last});
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(SoftmaxKernel, ServesEveryExtent) {
    StepBatch batch;
    for (const std::int64_t extent : {1, 2, 3, 15, 16, 17, 100, 1000, 100000}) {
        check_both(batch, {2, extent}, 1, {Form::Dense});
        check_both(batch, {extent, 19}, 0, {Form::Dense});
    }
    check_both(batch, {4420, 2}, 1, {Form::Dense, Form::SlicedDense});
    EXPECT_EQ(batch.failures(), "");
}

/// Each axis takes another template, and each builds alone.
TEST(SoftmaxKernel, BuildsAlone) {
    const Tensor x = random_tensor({5, 40}, 4);
    for (const int axis : {1, 0}) {
        EXPECT_EQ(check_step(Softmax{.axis = axis, .log = false}, {x}, {Form::Dense}, Form::Dense), "") << axis;
    }
}

TEST(SoftmaxKernel, StaysFiniteForLargeInputs) {
    StepBatch batch;
    check_both(batch, {5, 40}, 1, {Form::Dense}, 1e4F, 1.001e4F);
    check_both(batch, {5, 40}, 0, {Form::Dense}, -1.001e4F, -1e4F);
    EXPECT_EQ(batch.failures(), "");
}

}  // namespace
}  // namespace abut::test
