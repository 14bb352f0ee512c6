// SPDX-License-Identifier: Apache-2.0
// Which steps share a variant of cpu/: those that differ in numbers by which no inner loop is shaped.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "abut/error.hpp"
#include "ops/lower.hpp"

namespace abut::ops {
namespace {

const DeviceProfile cpu{.compute_units = 2, .vector_bytes = 32, .vector_registers = 16};

struct Layer {
    std::int64_t channels = 64;
    std::int64_t out_channels = 64;
    std::int64_t pixels = 28;  ///< rows and columns
    std::int64_t kernel = 1;
    std::int64_t winograd = 0;
    std::int64_t pitch = 0;  ///< channels of the buffer that the output is a slice of; 0: its own
};

LoweredStep lowered(const Layer& layer) {
    const auto& [channels, out_channels, pixels, kernel, winograd, pitch] = layer;
    const std::int64_t pad = kernel / 2;
    auto y = ViewSpec::nhwc({1, pitch == 0 ? out_channels : pitch, pixels, pixels});
    y.layout.shape = {1, out_channels, pixels, pixels};
    return lower({.operation = Conv2d{.pads = {pad, pad, pad, pad}, .winograd = winograd},
                  .reads = {{ViewSpec::nhwc({1, channels, pixels, pixels}), {}},
                            {ViewSpec(DType::Float32, {out_channels, channels, kernel, kernel}), ValueId{1}}},
                  .writes = {{y, {}}}},
                 cpu);
}

std::vector<std::int64_t> numbers_of(const LoweredStep& step) {
    std::vector<std::int64_t> numbers;
    for (const auto& argument : step.arguments) {
        if (argument.kind == ArgumentKind::Scalar) numbers.push_back(argument.value);
    }
    return numbers;
}

TEST(SharedVariants, OfConvolutionsThatDifferInExtentsAndStrides) {
    const Layer layer{.channels = 256, .out_channels = 128};
    for (const Layer& other : {Layer{.channels = 512, .out_channels = 128}, Layer{.channels = 256, .out_channels = 64},
                               Layer{.channels = 256, .out_channels = 128, .pitch = 640}}) {
        EXPECT_EQ(lowered(layer).spec, lowered(other).spec) << other.channels << " to " << other.out_channels;
        EXPECT_NE(numbers_of(lowered(layer)), numbers_of(lowered(other)));
    }
}

TEST(SharedVariants, OfFilteredConvolutions) {
    const Layer layer{.channels = 128, .out_channels = 32, .pixels = 56, .kernel = 3, .winograd = 4};
    Layer other = layer;
    other.channels = 256;
    other.pitch = 512;
    EXPECT_EQ(lowered(layer).spec, lowered(other).spec);
    EXPECT_NE(numbers_of(lowered(layer)), numbers_of(lowered(other)));
}

/// Where lanes are columns and where the last vector of channels is a part, constants measured faster.
TEST(SharedVariants, KeepConstantsOfInnerLoops) {
    EXPECT_NE(lowered({.kernel = 3}).spec, lowered({.kernel = 1}).spec);
    EXPECT_NE(lowered({.channels = 72}).spec, lowered({.channels = 76}).spec);
    EXPECT_NE(lowered({.channels = 3, .pixels = 56, .kernel = 3}).spec,
              lowered({.channels = 3, .pixels = 55, .kernel = 3}).spec);
}

/// Of a kernel's parameters OpenCL promises 1024 bytes.
TEST(SharedVariants, TakeNoMoreParametersThanAKernelMayHave) {
    for (int segments = 1; segments <= 32; ++segments) {
        const std::int64_t channels = 16 * segments;
        StepSpec step{
            .operation = Conv2d{},
            .reads = {{ViewSpec::nhwc({2, 16, 9, 9}, 48), {}}, {ViewSpec(DType::Float32, {24, channels, 1, 1}), ValueId{1}}},
            .writes = {{ViewSpec::nhwc({2, 24, 9, 9}, 48), {}}},
            .segments = segments - 1};
        for (int i = 1; i < segments; ++i) step.reads.push_back({ViewSpec::nhwc({2, 16, 9, 9}, 48), {}});
        std::size_t bytes = 0;
        for (const auto& parameter : lower(step, cpu).spec.parameters)
            bytes += parameter.kind == ParameterKind::Scalar ? 8 : 16;
        EXPECT_LE(bytes, 1024U) << segments << " segments";
    }
}

/// A driver's thread has 8 MiB of stack.
TEST(SharedVariants, LieOnAStack) {
    const auto room = [](std::int64_t kernel) {
        const auto spec = lowered({.channels = 16, .out_channels = 16, .pixels = 420, .kernel = kernel}).spec;
        const auto found = std::ranges::find(spec.constants, "PANEL_ROOM", &Constant::name);
        return std::stoll(found->text) * 64;
    };
    EXPECT_LT(room(3), 300'000);
    EXPECT_LT(room(251), std::int64_t{5} << 20);
    try {
        static_cast<void>(room(400));
        FAIL() << "expected an error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Unsupported);
        EXPECT_THAT(error.what(), testing::HasSubstr("at most 7340032 bytes of a thread's stack"));
    }
}

TEST(SharedVariants, NameNumbersOnce) {
    for (const Layer& layer : {Layer{}, Layer{.kernel = 3}, Layer{.kernel = 3, .winograd = 4}}) {
        std::vector<std::string> names;
        for (const auto& parameter : lowered(layer).spec.parameters) {
            EXPECT_EQ(std::ranges::count(names, parameter.name), 0) << parameter.name;
            names.push_back(parameter.name);
        }
    }
}

}  // namespace
}  // namespace abut::ops
