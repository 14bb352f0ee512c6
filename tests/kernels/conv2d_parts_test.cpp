// SPDX-License-Identifier: Apache-2.0
// Convolutions whose output channels go to several views.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>

#include "support/windows.hpp"

namespace abut::test {
namespace {

ConvolutionCase pointwise(const std::string& name, std::vector<std::int64_t> parts, std::int64_t channels) {
    return {.name = name, .x = {2, 20, 5, 7}, .weights = {channels, 20, 1, 1}, .attributes = {.parts = std::move(parts)}};
}

/// What differs from the reference or was damaged, of all parts; empty if nothing.
std::string difference_of(const ConvolutionCase& test, const Device& device, const Lowering& lowering = ops::lower) {
    const Conv2d conv = operation_of(test);
    const auto inputs = inputs_of(test);
    std::vector<const Tensor*> tensors;
    for (const StepInput& input : inputs) tensors.push_back(&input.tensor);
    const auto expected = reference::evaluate_node(conv, tensors);
    std::vector<Placed> outputs;
    for (const Tensor& part : expected) outputs.push_back(image_slice(part.shape, test.out));
    const PreparedStep step(device, conv, inputs, outputs, lowering);
    const StepResult result = step.run(*jit::kernel_cache(device).get({&step.kernel(), 1}).front());
    std::string found = result.damage;
    for (std::size_t i = 0; i < expected.size(); ++i) found += difference(result.outputs[i], expected[i]);
    return found;
}

const ConvolutionCase part_cases[] = {
    pointwise("narrow", {29, 15, 7, 4, 2, 1}, 58),
    pointwise("of_whole_vectors", {16, 48}, 64),
    pointwise("mixed", {1, 1, 14, 17, 32, 3}, 68),
    {.name = "prologue",
     .x = {1, 9, 6, 5},
     .weights = {40, 9, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}, .parts = {21, 19}},
     .has_prologue = true},
    {.name = "winograd",
     .x = {1, 16, 9, 9},
     .weights = {36, 16, 3, 3},
     .attributes = {.pads = {1, 1, 1, 1}, .winograd = 2, .parts = {20, 16}}},
    {.name = "planar",
     .x = {1, 6, 5, 5},
     .weights = {23, 6, 1, 1},
     .attributes = {.parts = {3, 20}},
     .in = Order::ChannelsFirst,
     .out = Order::ChannelsFirst},
};

TEST(Conv2dParts, GetTheReferencesChannels) {
    const bool has_winograd = test_device().profile().kernels == KernelFamily::Cpu;
    for (const ConvolutionCase& test : part_cases) {
        if (test.attributes.winograd != 0 && !has_winograd) continue;
        EXPECT_EQ(difference_of(test, test_device()), "") << test.name;
    }
}

TEST(Conv2dParts, GetThemByGroupsOfWorkItems) {
    // Few: these kernels take long to compile.
    for (const auto* name : {"narrow", "prologue"}) {
        const auto* test = std::ranges::find(part_cases, name, &ConvolutionCase::name);
        EXPECT_EQ(difference_of(*test, group_device()), "") << name;
    }
}

/// A kernel that stores the channels of a part one place on must be caught.
TEST(Conv2dPartsControl, AWrongPlaceIsSeen) {
    const Lowering moved = [](const ops::StepSpec& step, const DeviceProfile& device) {
        ops::LoweredStep lowered = ops::lower_conv2d(step, device);
        for (ops::Constant& constant : lowered.spec.constants) {
            if (constant.name != "Y_STORES") continue;
            for (const auto& [right, wrong] :
                 {std::pair{"VECTOR(store1, 0", "VECTOR(store1, 1"}, {"(store1, 29", "(store1, 28"}}) {
                const auto at = constant.text.find(right);
                if (at != std::string::npos) constant.text.replace(at, std::string(right).size(), wrong);
            }
        }
        return lowered;
    };
    EXPECT_NE(difference_of(pointwise("", {29, 15, 14}, 58), test_device(), moved), "");
}

}  // namespace
}  // namespace abut::test
