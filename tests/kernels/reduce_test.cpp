// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/check_step.hpp"

namespace abut::test {
namespace {

const std::vector<Form> every_form(std::begin(all_forms), std::end(all_forms));

Reduce reduce_over(ReduceKind kind, std::vector<int> axes, bool keep_dims = true) {
    return {.kind = kind, .axes = std::move(axes), .keep_dims = keep_dims};
}

TEST(ReduceKernel, AveragesImagesInAllForms) {
    for (const Shape& shape : {Shape{1, 70, 7, 7}, Shape{2, 3, 20, 30}, Shape{1, 1, 5, 300}}) {
        for (const std::vector<int>& axes : {std::vector{2, 3}, std::vector{1}, std::vector{0, 1, 2, 3}, std::vector{3}}) {
            EXPECT_EQ(check_forms(reduce_over(ReduceKind::Mean, axes), random_tensor(shape, 1), every_form), "")
                << to_string(shape) << " axis " << axes.front();
        }
    }
}

TEST(ReduceKernel, DropsAxes) {
    const Tensor x = random_tensor({3, 18, 4, 5}, 2);
    for (const std::vector<int>& axes : {std::vector{0, 2}, std::vector{1}, std::vector{2, 3}, std::vector{0, 1, 2, 3}}) {
        EXPECT_EQ(check_step(reduce_over(ReduceKind::Sum, axes, false), {x}, {Form::Last}, Form::Dense), "") << axes.size();
    }
}

class ReduceKinds : public testing::TestWithParam<ReduceKind> {};

TEST_P(ReduceKinds, AgreesWithTheReference) {
    const Tensor x = random_tensor({2, 37, 9, 8}, 5, 0.5F, 1.25F);
    for (const std::vector<int>& axes : {std::vector{2, 3}, std::vector{1}, std::vector{0, 1, 2, 3}, std::vector{0}}) {
        EXPECT_EQ(check_forms(reduce_over(GetParam(), axes), x, {Form::Dense, Form::SlicedLast}, {1e-4F, 1e-5F}), "")
            << "first axis " << axes.front();
    }
}

TEST_P(ReduceKinds, GivesTheIdentityForNothing) {
    const Reduce over_none = reduce_over(GetParam(), {1});
    EXPECT_EQ(check_step(over_none, {random_tensor({20, 0}, 1)}, {Form::Dense}, Form::Dense, {0, 0}), "");
    EXPECT_EQ(check_step(over_none, {random_tensor({2, 0}, 1)}, {Form::Dense}, Form::Dense, {0, 0}), "");
    EXPECT_EQ(check_step(over_none, {random_tensor({0, 3}, 1)}, {Form::Dense}, Form::Dense, {0, 0}), "");
}

INSTANTIATE_TEST_SUITE_P(All, ReduceKinds,
                         testing::Values(ReduceKind::Sum, ReduceKind::Mean, ReduceKind::Max, ReduceKind::Min,
                                         ReduceKind::Product, ReduceKind::SumSquare, ReduceKind::L1, ReduceKind::L2,
                                         ReduceKind::LogSum, ReduceKind::LogSumExp));

TEST(ReduceKernel, StaysExactOverManyElements) {
    // A plain float32 sum of as many elements would be off by about 1e-3.
    const Tensor image = random_tensor({1, 2, 300, 400}, 6, 0.9F, 1.1F);
    EXPECT_EQ(check_forms(reduce_over(ReduceKind::Mean, {2, 3}), image, {Form::Dense, Form::Last}, {2e-6F, 0}), "");
    const Tensor columns = random_tensor({100000, 9}, 6, 0.9F, 1.1F);
    EXPECT_EQ(check_forms(reduce_over(ReduceKind::Sum, {0}), columns, {Form::Dense}, {2e-5F, 0}), "");
}

TEST(ReduceKernel, KeepsLargeExponentsFinite) {
    const Tensor x = random_tensor({4, 50}, 8, 80, 500);
    EXPECT_EQ(check_forms(reduce_over(ReduceKind::LogSumExp, {1}), x, {Form::Dense}), "");
    EXPECT_EQ(check_forms(reduce_over(ReduceKind::LogSumExp, {0}), x, {Form::Dense}), "");
}

}  // namespace
}  // namespace abut::test
