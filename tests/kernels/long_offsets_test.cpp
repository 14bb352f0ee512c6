// SPDX-License-Identifier: Apache-2.0
// Kernels of work-groups count in int where a step's offsets fit, which they do in every test; here in long all the same.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "support/windows.hpp"

namespace abut::test {
namespace {

ops::LoweredStep lower_in_long(const ops::StepSpec& step, const DeviceProfile& device) {
    ops::LoweredStep lowered = ops::lower(step, device);
    for (ops::Constant& constant : lowered.spec.constants) {
        if (constant.name == "INDEX") constant.text = "long";
    }
    return lowered;
}

class LongOffsets : public testing::Test {
protected:
    /// Adds `operation` on an image and constants, all in slices of channels.
    void check(const Operation& operation, const std::vector<Tensor>& inputs, Lowering lowering = lower_in_long) {
        const Tensor expected = reference::evaluate_node(operation, inputs).front();
        std::vector<StepInput> placed;
        for (const Tensor& input : inputs) {
            const bool is_constant = !placed.empty();
            placed.push_back({input, is_constant ? Placed{} : image_slice(input.shape, Order::ChannelsLast), is_constant});
        }
        PreparedStep step(group_device(), operation, std::move(placed), {image_slice(expected.shape, Order::ChannelsLast)},
                          lowering);
        const auto& constants = step.kernel().constants;
        EXPECT_EQ(std::ranges::find(constants, "INDEX", &ops::Constant::name)->text, "long");
        const auto where = fmt::format("{} {}", number_++, step.kernel().stem);
        batch_.add(where, std::move(step), expected, {1e-5F, 1e-5F});
    }
    [[nodiscard]] std::string failures() const { return batch_.failures(); }

private:
    StepBatch batch_;
    int number_ = 0;
};

TEST_F(LongOffsets, GiveTheSameResults) {
    const auto x = random_tensor({2, 24, 7, 6}, 1);
    check(Conv2d{.pads = {1, 1, 1, 1}}, {x, random_tensor({16, 24, 3, 3}, 2)});
    check(Conv2d{.pads = {1, 1, 1, 1}, .groups = 24}, {x, random_tensor({24, 1, 3, 3}, 3)});
    check(ConvTranspose2d{.strides = {2, 2}}, {x, random_tensor({24, 16, 3, 3}, 4)});
    check(Dense{}, {x, random_tensor({6, 10}, 5)});
    check(Copy{}, {x});
    check(Elementwise{Expression::of(Function::Add)}, {x, random_tensor(x.shape, 6)});
    check(Pool2d{.kind = PoolKind::Max, .kernel = {3, 3}, .strides = {2, 2}, .pads = {1, 1, 1, 1}}, {x});
    check(Pad{.before = {0, 0, 1, 2}, .after = {0, 0, 2, 1}}, {x});
    check(Softmax{.axis = 1}, {x});
    check(Reduce{.kind = ReduceKind::Mean, .axes = {2, 3}}, {x});
    EXPECT_EQ(failures(), "");
}

/// Far from small images lie taps that are dilated and padded as much; all but the middle one lie in the padding.
TEST_F(LongOffsets, AreTakenWhereTapsLieFarApart) {
    constexpr std::int64_t far = std::int64_t{1} << 30;
    const auto x = random_tensor({1, 24, 4, 4}, 1);
    const Conv2d conv{.pads = {far, far, far, far}, .dilations = {far, far}};
    check(conv, {x, random_tensor({16, 24, 3, 3}, 2)}, ops::lower);
    check(Conv2d{.pads = conv.pads, .dilations = conv.dilations, .groups = 24}, {x, random_tensor({24, 1, 3, 3}, 3)},
          ops::lower);
    EXPECT_EQ(failures(), "");
}

}  // namespace
}  // namespace abut::test
