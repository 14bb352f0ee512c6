// SPDX-License-Identifier: Apache-2.0
// Kernels that reduce over an input in several segments, and kernels that store their result into several slices.
#include <gtest/gtest.h>

#include <numeric>

#include "support/windows.hpp"

namespace abut::test {
namespace {

constexpr Order last = Order::ChannelsLast;
constexpr Order first = Order::ChannelsFirst;

/// `step` with its reads after the first `Inputs` as segments of input 0, and its writes after the first as stores.
template <std::size_t Inputs>
ops::LoweredStep lower_lists(const ops::StepSpec& step, const DeviceProfile& device) {
    ops::StepSpec lists = step;
    lists.segments = static_cast<int>(step.reads.size() - Inputs);
    lists.stores = static_cast<int>(step.writes.size()) - 1;
    return ops::lower(lists, device);
}

/// The part of `tensor` along `axis`.
Tensor part_of(const Tensor& tensor, int axis, std::int64_t begin, std::int64_t end) {
    Slice slice{
        .begin = Dims::filled(tensor.shape.rank(), 0), .steps = Dims::filled(tensor.shape.rank(), 1), .sizes = tensor.shape};
    slice.begin[axis] = begin;
    slice.sizes[axis] = end - begin;
    return reference::evaluate_node(slice, std::vector<Tensor>{tensor}).front();
}

/// `inputs` with the first cut into parts of `channels`: one in its place, the others at the end, each in a slice of its
/// own, in turns channels-last and channels-first.
std::vector<StepInput> segmented(std::vector<StepInput> inputs, const std::vector<std::int64_t>& channels) {
    const Tensor whole = inputs.front().tensor;
    std::int64_t begin = 0;
    for (std::size_t i = 0; i < channels.size(); ++i) {
        const Tensor part = part_of(whole, 1, begin, begin + channels[i]);
        const Placed placed = image_slice(part.shape, i % 2 == 0 ? last : first, 3 + static_cast<std::int64_t>(i));
        if (i == 0) {
            inputs.front() = {part, placed, false};
        } else {
            inputs.push_back({part, placed, false});
        }
        begin += channels[i];
    }
    return inputs;
}

/// Adds `test` in segments of `channels`; the result must have the bits that it has with one view.
template <std::size_t Inputs>
void check_segments(StepBatch& batch, const ConvolutionCase& test, const std::vector<std::int64_t>& channels) {
    const Conv2d conv = operation_of(test);
    const auto inputs = inputs_of(test);
    ASSERT_EQ(inputs.size(), Inputs);
    ASSERT_EQ(std::accumulate(channels.begin(), channels.end(), std::int64_t{0}), test.x[1]);
    const Tensor expected = expect_like_reference(conv, inputs, test.out, ops::lower_conv2d);
    const Placed out = image_slice(expected.shape, test.out);
    batch.add(test.name, {test_device(), conv, segmented(inputs, channels), {out}, lower_lists<Inputs>}, expected, {0, 0});
}

TEST(SegmentedRead, GivesTheBitsOfOneView) {
    StepBatch batch;
    check_segments<2>(batch, {.name = "whole vectors", .x = {1, 64, 6, 5}, .weights = {40, 64, 1, 1}}, {16, 32, 16});
    check_segments<2>(batch, {.name = "odd", .x = {2, 40, 5, 5}, .weights = {17, 40, 1, 1}}, {20, 7, 13});
    check_segments<2>(batch, {.name = "beyond a chunk", .x = {1, 300, 4, 4}, .weights = {16, 300, 1, 1}}, {250, 9, 41});
    check_segments<6>(batch,
                      {.name = "3x3 with prologue and residual",
                       .x = {1, 37, 7, 9},
                       .weights = {20, 37, 3, 3},
                       .attributes = {.pads = {1, 1, 1, 1}},
                       .has_prologue = true,
                       .has_residual = true},
                      {1, 32, 4});
    check_segments<2>(batch,
                      {.name = "few channels",
                       .x = {1, 5, 12, 20},
                       .weights = {16, 5, 3, 3},
                       .attributes = {.strides = {2, 2}, .pads = {1, 1, 1, 1}}},
                      {2, 3});
    EXPECT_EQ(batch.failures(), "");
}

TEST(SegmentedRead, ServesProducts) {
    const Tensor a = random_tensor({9, 50}, 1);
    const Tensor b = random_tensor({50, 33}, 2);
    const Tensor expected = reference::evaluate_node(Dense{}, std::vector<Tensor>{a, b}).front();
    const auto dense = [](const Shape& shape) { return Placed{Layout::dense(shape), 3}; };
    const auto part = [&](std::int64_t begin, std::int64_t end) {
        return StepInput{part_of(a, 1, begin, end), dense({9, end - begin}), false};
    };
    const std::vector<StepInput> inputs{part(0, 18), {b, {}, true}, part(18, 34), part(34, 50)};
    StepBatch batch;
    batch.add("product", {test_device(), Dense{}, inputs, {dense(expected.shape)}, lower_lists<2>}, expected,
              {1e-5F, 1e-5F});
    EXPECT_EQ(batch.failures(), "");
}

/// A kernel that takes the second segment for the third must give another result.
TEST(SegmentedReadControl, ASwappedSegmentIsSeen) {
    const ConvolutionCase test{.name = "", .x = {1, 48, 4, 4}, .weights = {16, 48, 1, 1}};
    auto inputs = segmented(inputs_of(test), {16, 16, 16});
    const Tensor expected = expect_like_reference(operation_of(test), inputs_of(test), last, ops::lower_conv2d);
    std::swap(inputs[2], inputs[3]);
    const auto result = run_step(operation_of(test), inputs, {image_slice(expected.shape, last)}, lower_lists<2>);
    EXPECT_NE(difference(result.outputs.front(), expected), "");
}

void check_stores(StepBatch& batch, const std::string& name, const Operation& operation,
                  const std::vector<StepInput>& inputs,
                  ops::LoweredStep (*lowering)(const ops::StepSpec&, const DeviceProfile&)) {
    std::vector<Tensor> tensors;
    for (const StepInput& input : inputs) tensors.push_back(input.tensor);
    const Tensor expected = reference::evaluate_node(operation, tensors).front();
    const std::vector<Placed> outputs{image_slice(expected.shape, last), image_slice(expected.shape, last, 20),
                                      image_slice(expected.shape, first, 2)};
    batch.add(name, {test_device(), operation, inputs, outputs, lowering}, expected, {2e-5F, 2e-5F});
}

TEST(MultiStore, EverySliceGetsTheResultAndNothingElseChanges) {
    StepBatch batch;
    const auto conv = [&](const ConvolutionCase& test) {
        check_stores(batch, test.name, operation_of(test), inputs_of(test), lower_lists<2>);
    };
    conv({.name = "pointwise", .x = {2, 20, 5, 5}, .weights = {33, 20, 1, 1}});
    conv({.name = "3x3", .x = {1, 16, 7, 6}, .weights = {16, 16, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}});
    conv({.name = "depthwise",
          .x = {1, 20, 7, 6},
          .weights = {20, 1, 3, 3},
          .attributes = {.pads = {1, 1, 1, 1}, .groups = 20}});
    const Shape image{1, 20, 5, 4};
    const std::vector<StepInput> images{{random_tensor(image, 1), image_slice(image, last), false},
                                        {random_tensor(image, 2), image_slice(image, last, 2), false}};
    check_stores(batch, "sum", Elementwise{Expression::of(Function::Add)}, images, lower_lists<2>);
    const std::vector<StepInput> transposed{images.front(), {random_tensor({20, 9, 2, 2}, 3), {}, true}};
    check_stores(batch, "transposed", ConvTranspose2d{.strides = {2, 2}}, transposed, lower_lists<2>);
    EXPECT_EQ(batch.failures(), "");
}

}  // namespace
}  // namespace abut::test
