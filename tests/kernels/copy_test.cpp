// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

TEST(CopyKernel, CopiesBetweenAllForms) {
    StepBatch batch;
    for (const Shape& shape : {Shape{1, 32, 7, 5}, Shape{2, 19, 6, 17}, Shape{1, 3, 20, 21}, Shape{3, 1, 1, 1},
                               Shape{2, 16, 16, 16}, Shape{1, 40, 33, 1}}) {
        batch.check_forms(to_string(shape), Copy{}, random_tensor(shape, 1), every_form, exact);
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(CopyKernel, CopiesConstants) {
    const Tensor x = random_tensor({1, 24, 5, 5}, 2);
    StepBatch batch;
    for (const Form to : every_form) batch.check(to_string(to), Copy{}, {x}, {Form::Dense}, to, exact, {true});
    EXPECT_EQ(batch.failures(), "");
}

TEST(CopyKernel, BuildsAlone) {
    const Tensor x = random_tensor({1, 24, 5, 5}, 2);
    EXPECT_EQ(check_step(Copy{}, {x}, {Form::Dense}, Form::SlicedDense, exact), "");
    EXPECT_EQ(check_step(Copy{}, {x}, {Form::Dense}, Form::SlicedLast, exact), "");
}

TEST(CopyKernel, Transposes) {
    const Tensor x = random_tensor({3, 18, 20, 33}, 3);
    StepBatch batch;
    for (const Dims& permutation : {Dims{0, 2, 3, 1}, Dims{3, 2, 1, 0}, Dims{1, 0, 2, 3}, Dims{0, 1, 3, 2}}) {
        batch.check_forms(to_string(permutation), Transpose{permutation}, x, {Form::Dense, Form::SlicedLast}, exact);
    }
    batch.check_forms("matrix", Transpose{{1, 0}}, random_tensor({1000, 70}, 3), {Form::Dense, Form::SlicedDense}, exact);
    EXPECT_EQ(batch.failures(), "");
}

TEST(CopyKernel, TakesSlicesWithAnySteps) {
    const Tensor x = random_tensor({2, 40, 11, 37}, 4);
    const std::vector<Form> forms{Form::Dense, Form::SlicedLast};
    StepBatch batch;
    batch.check_forms("unit steps", Slice{{0, 3, 1, 2}, {1, 1, 1, 1}, {2, 20, 9, 33}}, x, forms, exact);
    batch.check_forms("reversed images", Slice{{0, 1, 10, 36}, {1, 2, -1, -1}, {2, 20, 11, 37}}, x, forms, exact);
    batch.check_forms("reversed channels", Slice{{1, 39, 0, 5}, {-1, -3, 5, 7}, {2, 13, 3, 4}}, x, forms, exact);
    batch.check_forms("nothing", Slice{{0, 40, 0, 0}, {1, 1, 1, 1}, {2, 0, 11, 37}}, x, {Form::Dense}, exact);
    EXPECT_EQ(batch.failures(), "");
}

TEST(CopyKernel, SharesAVariantAmongSlicesOfChannels) {
    const auto specialised = [](std::int64_t channels, std::int64_t whole, std::int64_t size) {
        const Shape shape{1, channels, size, size};
        const Layout in = Layout::channels_last(shape);
        const Placed out = placed_in(Layout::channels_last({1, whole, size, size}), shape, 1, 0);
        const ops::StepSpec step{.operation = Copy{},
                                 .reads = {{.spec = ViewSpec(DType::Float32, in, {4, 0}), .constant = {}}},
                                 .writes = {{.spec = ViewSpec(DType::Float32, out.layout, {4, 0}), .constant = {}}}};
        return ops::lower_copy(step, test_device().profile()).spec;
    };
    EXPECT_EQ(specialised(32, 96, 56), specialised(576, 608, 14));
    EXPECT_EQ(specialised(32, 96, 56), specialised(17, 33, 7));
}

}  // namespace
}  // namespace abut::test
