// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

struct DenseCase {
    std::string name;
    Shape a;
    Shape b;
    bool b_is_constant = true;
    bool transpose_a = false;
    bool transpose_b = false;
    std::vector<Shape> operands{};    ///< of the epilogue: bias, then residual
    std::int64_t columns_around = 0;  ///< of every matrix that is no constant
};

Placed matrix_slice(const Shape& shape, std::int64_t columns_around) {
    Shape whole = shape;
    whole[shape.rank() - 1] += columns_around;
    return placed_in(Layout::dense(whole), shape, shape.rank() - 1, columns_around / 2, 1);
}

Dense operation_of(const DenseCase& test) {
    Dense dense{.transpose_a = test.transpose_a, .transpose_b = test.transpose_b, .epilogue = {}};
    if (test.operands.size() == 1) dense.epilogue = {Bias{}, Relu{}};
    if (test.operands.size() == 2) dense.epilogue = {Bias{}, Relu{}, Residual{}};
    return dense;
}

std::vector<StepInput> inputs_of(const DenseCase& test) {
    std::vector<StepInput> inputs{{random_tensor(test.a, 1), matrix_slice(test.a, test.columns_around), false},
                                  {random_tensor(test.b, 2), matrix_slice(test.b, test.columns_around), test.b_is_constant}};
    for (std::size_t i = 0; i < test.operands.size(); ++i) {
        const Shape& shape = test.operands[i];
        inputs.push_back({random_tensor(shape, 3 + static_cast<std::uint32_t>(i)), matrix_slice(shape, 3), i == 0});
    }
    return inputs;
}

void check(StepBatch& batch, const DenseCase& test) {
    const Dense dense = operation_of(test);
    const std::vector<StepInput> inputs = inputs_of(test);
    std::vector<Tensor> tensors;
    for (const StepInput& input : inputs) tensors.push_back(input.tensor);
    Tensor expected = reference::evaluate_node(dense, tensors).front();
    const Placed out = matrix_slice(expected.shape, test.columns_around);
    const auto depth = static_cast<float>(test.a[test.a.rank() - 1]);
    batch.add(test.name, {test_device(), dense, inputs, {out}, ops::lower_dense}, std::move(expected),
              {.relative = 1e-5F, .absolute = 2e-6F * std::sqrt(depth)});
}

const DenseCase dense_cases[] = {
    {.name = "classifier", .a = {1, 512}, .b = {512, 100}, .operands = {{100}}},
    {.name = "classifier_transposed", .a = {1, 100}, .b = {1000, 100}, .transpose_b = true, .operands = {{1000}}},
    {.name = "rows", .a = {37, 65}, .b = {65, 33}, .operands = {{33}, {37, 33}}, .columns_around = 5},
    {.name = "a_transposed", .a = {48, 20}, .b = {48, 17}, .transpose_a = true, .operands = {{1}}},
    {.name = "batch_of_rows", .a = {2, 3, 7, 16}, .b = {16, 48}, .operands = {{48}, {2, 1, 7, 48}}, .columns_around = 3},
    {.name = "one_by_one", .a = {1, 1}, .b = {1, 1}},
    {.name = "computed", .a = {19, 40}, .b = {40, 50}, .b_is_constant = false, .operands = {{50}}, .columns_around = 7},
    {.name = "computed_transposed", .a = {130, 16}, .b = {45, 16}, .b_is_constant = false, .transpose_b = true},
    {.name = "batched", .a = {2, 3, 9, 21}, .b = {2, 3, 21, 34}, .b_is_constant = false, .columns_around = 2},
    {.name = "broadcast_over_heads",
     .a = {2, 3, 5, 300},
     .b = {2, 1, 300, 20},
     .b_is_constant = false,
     .operands = {{20}, {3, 1, 20}}},
    {.name = "broadcast_a", .a = {6, 33}, .b = {4, 33, 16}, .b_is_constant = false},
    {.name = "batch_of_vectors", .a = {5, 1, 24}, .b = {5, 24, 18}, .b_is_constant = false},
    {.name = "constant_batch", .a = {3, 4, 10}, .b = {3, 10, 18}, .operands = {{18}}},
};

TEST(DenseKernel, GivesTheReferencesResults) {
    StepBatch batch;
    for (const DenseCase& test : dense_cases) check(batch, test);
    EXPECT_EQ(batch.failures(), "");
}

TEST(DenseKernel, BuildsAlone) {
    for (const DenseCase& test : dense_cases) {
        if (test.name != "classifier" && test.name != "computed") continue;
        StepBatch batch;
        check(batch, test);
        EXPECT_EQ(batch.failures(), "");
    }
}

}  // namespace
}  // namespace abut::test
