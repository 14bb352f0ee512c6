// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/check_step.hpp"

namespace abut::test {
namespace {

const std::vector<Form> every_form(std::begin(all_forms), std::end(all_forms));

std::string check_both(const Shape& shape, int axis, const std::vector<Form>& forms, float low = -8, float high = 8) {
    const Tensor x = random_tensor(shape, 4, low, high);
    const std::string found = check_forms(Softmax{.axis = axis, .log = false}, x, forms, {2e-5F, 1e-7F});
    if (!found.empty()) return found;
    const std::string logarithm = check_forms(Softmax{.axis = axis, .log = true}, x, forms, {1e-5F, 2e-5F});
    return logarithm.empty() ? logarithm : "log " + logarithm;
}

TEST(SoftmaxKernel, ServesEveryAxisAndForm) {
    for (int axis = 0; axis < 4; ++axis) {
        EXPECT_EQ(check_both({3, 20, 6, 5}, axis, every_form), "") << axis;
        EXPECT_EQ(check_both({1, 2, 1, 33}, axis, {Form::Dense, Form::Last}), "") << axis;
    }
}

TEST(SoftmaxKernel, ServesEveryExtent) {
    for (const std::int64_t extent : {1, 2, 3, 15, 16, 17, 100, 1000, 100000}) {
        EXPECT_EQ(check_both({2, extent}, 1, {Form::Dense}), "") << extent;
        EXPECT_EQ(check_both({extent, 19}, 0, {Form::Dense}), "") << extent;
    }
    EXPECT_EQ(check_both({4420, 2}, 1, {Form::Dense, Form::SlicedDense}), "");
}

TEST(SoftmaxKernel, StaysFiniteForLargeInputs) {
    EXPECT_EQ(check_both({5, 40}, 1, {Form::Dense}, 1e4F, 1.001e4F), "");
    EXPECT_EQ(check_both({5, 40}, 0, {Form::Dense}, -1.001e4F, -1e4F), "");
}

}  // namespace
}  // namespace abut::test
