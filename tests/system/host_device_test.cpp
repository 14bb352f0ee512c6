// SPDX-License-Identifier: Apache-2.0
// Whole programs and single kernels on a second device, which is addressed by pointers and has no driver.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>
#include <vector>

#include "abut/error.hpp"
#include "abut/kernels.hpp"
#include "support/host_backend.hpp"
#include "support/networks.hpp"
#include "support/random_graph.hpp"
#include "support/run_program.hpp"
#include "support/run_step.hpp"
#include "support/temporary_directory.hpp"
#include "zoo/zoo.hpp"

namespace abut::test {
namespace {

class HostDevice : public testing::Test {
protected:
    void SetUp() override {
        try {
            device_ = host_device();
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Unsupported) throw;
            GTEST_SKIP() << error.what();
        }
    }
    /// Kernels are kept in memory unless `directory` says where.
    static Device host_device(const std::string& directory = "", HostFault fault = HostFault::None) {
        return {std::make_shared<HostBackend>(fault), {.cache = {.directory = directory}}};
    }
    [[nodiscard]] const Device& device() const { return *device_; }

    /// With slices and with copies, compared with the plain evaluator.
    void check(const Graph& graph, std::uint32_t seed, const std::string& what) {
        for (const auto concat : {ConcatMode::Slices, ConcatMode::Copies}) {
            EXPECT_EQ(check_graph(graph, device(), {.concat = concat}, seed), "")
                << what << (concat == ConcatMode::Slices ? " with slices" : " with copies");
        }
    }
    void check_random_graphs(std::uint32_t first_seed, std::uint32_t last_seed) {
        for (auto seed = first_seed; seed <= last_seed; ++seed) {
            check(tests::random_graph(seed), seed, "random graph " + std::to_string(seed));
        }
    }

private:
    std::optional<Device> device_;
};

TEST_F(HostDevice, RandomGraphs) {
    check_random_graphs(1, 6);
}

TEST_F(HostDevice, MoreRandomGraphs) {
    check_random_graphs(7, 12);
}

TEST_F(HostDevice, SqueezeNet) {
    check(zoo::make_network("squeezenet:size=32,width=8,classes=10"), 1, "squeezenet");
}

TEST_F(HostDevice, DenseNet) {
    check(zoo::make_network("densenet-bc:depth=22,growth=4,size=16"), 1, "densenet-bc");
}

TEST_F(HostDevice, ALaunchThatSkipsItsLastGroupIsFound) {
    EXPECT_EQ(check_graph(dense_block().graph, device(), {}), "");
    const auto faulty = host_device("", HostFault::SkipsLastGroup);
    EXPECT_THAT(check_graph(dense_block().graph, faulty, {}), testing::HasSubstr("found nan"));
}

TEST_F(HostDevice, ADirectoryOfKernelsServesTheNextProcess) {
    const TemporaryDirectory directory;
    const auto network = dense_block();
    const auto first = compile(network.graph, host_device(directory.path())).statistics();
    EXPECT_GT(first.variants_compiled, 0);
    const auto again = host_device(directory.path());
    const auto second = compile(network.graph, again).statistics();
    EXPECT_EQ(second.variants, first.variants);
    EXPECT_EQ(second.variants_compiled, 0);
    EXPECT_EQ(check_graph(network.graph, again, {}), "");
}

TEST_F(HostDevice, AConvolutionStoresIntoASliceOfItsCallersMemory) {
    constexpr std::int64_t pixels = 6 * 5;
    constexpr std::int64_t lead = 17;  // aligned to an element and no more
    constexpr float canary = 12345.0F;
    const Conv2d same_size{.pads = {1, 1, 1, 1}, .epilogue = {Bias{}, Relu{}}};
    const auto input = random_tensor({1, 8, 6, 5}, 1);
    const auto weights = random_tensor({12, 8, 3, 3}, 2);
    auto bias = random_tensor({1, 12, 1, 1}, 3);
    std::vector<float> x(lead + pixels * 8);
    for (std::size_t i = 0; i < input.elements.size(); ++i) x.at(lead + i % pixels * 8 + i / pixels) = input.elements[i];
    std::vector<float> y(2 * lead + pixels * 31, canary);
    const auto in = TensorView::wrap(x.data() + lead, ViewSpec::nhwc(input.shape));
    const auto out = TensorView::wrap(y.data() + lead, ViewSpec::nhwc({1, 31, 6, 5})).slice(1, 7, 19);
    const auto b = TensorView::wrap(bias.elements.data(), ViewSpec::nchw(bias.shape));

    KernelLibrary kernels(device());
    const auto kernel = kernels.conv2d(same_size, in.spec(), ViewSpec::nchw(weights.shape), out.spec());
    kernels.build();
    const auto queue = device().queue();
    const auto packed = kernel.pack(queue, weights.elements);
    kernel.enqueue(queue, {.input = in, .weights = packed, .bias = b, .output = out}).wait();

    const auto expected = reference::evaluate_node(same_size, std::vector{input, weights, bias}).at(0);
    auto stored = reference::zeros(expected.shape);
    for (std::size_t i = 0; i < stored.elements.size(); ++i) {
        stored.elements[i] = std::exchange(y.at(lead + i % pixels * 31 + 7 + i / pixels), canary);
    }
    EXPECT_EQ(difference(stored, expected), "");
    EXPECT_THAT(y, testing::Each(canary)) << "besides the slice";
}

/// The code of the Error that `call` throws.
template <class Call>
std::optional<ErrorCode> error_code(Call call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    return std::nullopt;
}

TEST_F(HostDevice, ErrorsAreThoseOfADevice) {
    class OtherMemory final : public device::Memory {
        [[nodiscard]] std::int64_t size_bytes() const override { return 64; }
        [[nodiscard]] std::int64_t alignment_bytes() const override { return 64; }
    };
    auto& backend = *device().backend();
    const std::vector<std::string> names{"f"};
    EXPECT_EQ(error_code([&] { backend.build("kernel void f(global float* x) { x = 1.0f; }", names, {}); }),
              ErrorCode::Compiler);
    EXPECT_EQ(
        error_code([&] { backend.build("float g(float x); kernel void f(global float* x) { *x = g(*x); }", names, {}); }),
        ErrorCode::Compiler);
    EXPECT_EQ(error_code([&] { backend.load(std::vector(64, std::byte{1})); }), ErrorCode::Device);
    EXPECT_EQ(error_code([&] { backend.allocate(std::int64_t{1} << 40); }), ErrorCode::OutOfMemory);
    EXPECT_EQ(error_code([&] { backend.allocate(-1); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(error_code([&] { backend.import(std::make_shared<OtherMemory>()); }), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace abut::test
