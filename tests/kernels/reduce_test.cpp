// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

Reduce reduce_over(ReduceKind kind, std::vector<int> axes, bool keep_dims = true) {
    return {.kind = kind, .axes = std::move(axes), .keep_dims = keep_dims};
}

std::string named(const std::vector<int>& axes) {
    return fmt::format("axes {}", fmt::join(axes, ", "));
}

TEST(ReduceKernel, AveragesImagesInAllForms) {
    StepBatch batch;
    for (const Shape& shape : {Shape{1, 70, 7, 7}, Shape{2, 3, 20, 30}, Shape{1, 1, 5, 300}}) {
        for (const std::vector<int>& axes : {std::vector{2, 3}, std::vector{1}, std::vector{0, 1, 2, 3}, std::vector{3}}) {
            batch.check_forms(to_string(shape) + " " + named(axes), reduce_over(ReduceKind::Mean, axes),
                              random_tensor(shape, 1), every_form);
        }
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(ReduceKernel, DropsAxes) {
    const Tensor x = random_tensor({3, 18, 4, 5}, 2);
    StepBatch batch;
    for (const std::vector<int>& axes : {std::vector{0, 2}, std::vector{1}, std::vector{2, 3}, std::vector{0, 1, 2, 3}}) {
        batch.check(named(axes), reduce_over(ReduceKind::Sum, axes, false), {x}, {Form::Last}, Form::Dense);
    }
    EXPECT_EQ(batch.failures(), "");
}

constexpr ReduceKind kinds[] = {ReduceKind::Sum,     ReduceKind::Mean,      ReduceKind::Max, ReduceKind::Min,
                                ReduceKind::Product, ReduceKind::SumSquare, ReduceKind::L1,  ReduceKind::L2,
                                ReduceKind::LogSum,  ReduceKind::LogSumExp};

TEST(ReduceKernel, AgreesWithTheReferenceInEveryKind) {
    const Tensor x = random_tensor({2, 37, 9, 8}, 5, 0.5F, 1.25F);
    StepBatch batch;
    int number = 0;  // forms and most axes take turns: AveragesImagesInAllForms has them all
    for (const ReduceKind kind : kinds) {
        const std::vector<std::vector<int>> others{{1}, {0, 1, 2, 3}, {0}};
        for (const std::vector<int>& axes : {std::vector{2, 3}, others[static_cast<std::size_t>(kind) % others.size()]}) {
            const Form from = number++ % 3 == 0 ? Form::SlicedLast : Form::Dense;
            const Form to = number % 3 == 0 ? Form::SlicedLast : Form::Dense;
            batch.check(fmt::format("kind {}, {}", static_cast<int>(kind), named(axes)), reduce_over(kind, axes), {x},
                        {from}, to, {1e-4F, 1e-5F});
        }
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(ReduceKernel, GivesTheIdentityForNothing) {
    StepBatch batch;
    for (const ReduceKind kind : kinds) {
        const Shape shape{20, 0};
        batch.check(fmt::format("kind {}", static_cast<int>(kind)), reduce_over(kind, {1}), {random_tensor(shape, 1)},
                    {Form::Dense}, Form::Dense, {0, 0});
    }
    batch.check("no results", reduce_over(ReduceKind::Sum, {1}), {random_tensor({0, 3}, 1)}, {Form::Dense}, Form::Dense,
                {0, 0});
    EXPECT_EQ(batch.failures(), "");
}

TEST(ReduceKernel, StaysExactOverManyElements) {
    // A plain float32 sum of as many elements would be off by about 1e-3.
    StepBatch batch;
    const Tensor image = random_tensor({1, 2, 300, 400}, 6, 0.9F, 1.1F);
    batch.check_forms("image", reduce_over(ReduceKind::Mean, {2, 3}), image, {Form::Dense, Form::Last}, {2e-6F, 0});
    const Tensor columns = random_tensor({100000, 9}, 6, 0.9F, 1.1F);
    batch.check_forms("columns", reduce_over(ReduceKind::Sum, {0}), columns, {Form::Dense}, {2e-5F, 0});
    EXPECT_EQ(batch.failures(), "");
}

/// Each axis takes another template, and each builds alone.
TEST(ReduceKernel, KeepsLargeExponentsFinite) {
    const Tensor x = random_tensor({4, 50}, 8, 80, 500);
    for (const int axis : {1, 0}) {
        EXPECT_EQ(check_step(reduce_over(ReduceKind::LogSumExp, {axis}), {x}, {Form::Dense}, Form::Dense), "") << axis;
    }
}

}  // namespace
}  // namespace abut::test
