// SPDX-License-Identifier: Apache-2.0
// That the emulated device of CUDA runs sound kernels and finds the faults that it is there for.
#include "support/emulated_cuda.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>

#include "support/error_text.hpp"
#include "support/form.hpp"
#include "support/windows.hpp"

namespace abut::test {
namespace {

using abut::testing_support::error_text;
using testing::AllOf;
using testing::HasSubstr;

std::string replaced(std::string text, const std::string& part, const std::string& by, int occurrence) {
    auto at = text.find(part);
    for (int i = 0; i < occurrence && at != std::string::npos; ++i) at = text.find(part, at + 1);
    if (at != std::string::npos) text.replace(at, part.size(), by);
    return text;
}

/// The library's kernels with one file changed.
jit::KernelSources with_file(const std::string& file, std::string text) {
    return [file, kept = std::make_shared<const std::string>(std::move(text))](std::string_view path) {
        return path == file ? std::string_view(*kept) : jit::kernel_source(path);
    };
}

class EmulatedDevice : public testing::Test {
protected:
    void SetUp() override {
        try {
            device_.emplace(std::make_shared<EmulatedCuda>(), DeviceOptions{.cache = {.directory = ""}});
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Unsupported) throw;
            GTEST_SKIP() << error.what();
        }
    }
    [[nodiscard]] const Device& device() const { return *device_; }

    [[nodiscard]] PreparedStep prepared(const Operation& operation, const Tensor& x, Form form) const {
        const auto out = reference::evaluate_node(operation, std::vector{x}).front().shape;
        return {device(), operation, {{.tensor = x, .placed = placed_as(form, x.shape)}}, {placed_as(Form::Dense, out)}};
    }
    /// What is wrong with the step's results where its kernel comes from `sources`; "nothing" if nothing is.
    [[nodiscard]] std::string fault(const PreparedStep& step, const Tensor& expected,
                                    const jit::KernelSources& sources) const {
        jit::KernelCache cache(device(), sources);
        std::string found;
        const auto error = error_text([&] {
            const auto result = step.run(*cache.get({&step.kernel(), 1}).front());
            found = result.damage.empty() ? difference(result.outputs.front(), expected, 1e-4F, 1e-4F) : result.damage;
        });
        return found.empty() ? error : found;
    }
    /// Every barrier of `file` must be missed where it is taken away.
    void expect_barriers_needed(const std::string& file, const PreparedStep& step, const Tensor& expected) const {
        constexpr const char* barrier = "BARRIER();";
        ASSERT_EQ(fault(step, expected, jit::kernel_source), "nothing");
        const std::string text(jit::kernel_source(file));
        int barriers = 0;
        for (auto changed = replaced(text, barrier, ";", 0); changed != text;
             changed = replaced(text, barrier, ";", barriers)) {
            EXPECT_NE(fault(step, expected, with_file(file, changed)), "nothing") << file << ", barrier " << barriers;
            ++barriers;
        }
        EXPECT_GT(barriers, 0);
    }
    /// Runs the kernel "f" of CUDA text with 32 work-items on an empty buffer.
    void run(const std::string& text) const {
        const std::vector<std::string> names{"f"};
        const auto module = device().backend()->build(text, names, {});
        const auto kernel = module->kernel("f");
        const auto memory = device().allocate(256);
        kernel->set(0, memory.memory());
        device().queue().backend()->launch(*kernel, {.groups = 2, .local = 32}, {}, false);
    }

private:
    std::optional<Device> device_;
};

/// A convolution whose reduction is split among work-items, so that they join what they have.
TEST_F(EmulatedDevice, FindsEachBarrierThatAConvolutionLacks) {
    const ConvolutionCase test{
        .name = "", .x = {1, 300, 5, 5}, .weights = {20, 300, 3, 3}, .attributes = {.pads = {1, 1, 1, 1}}};
    const auto operation = operation_of(test);
    const auto inputs = inputs_of(test);
    const auto expected = reference::evaluate_node(operation, std::vector{inputs[0].tensor, inputs[1].tensor}).front();
    const PreparedStep step(device(), operation, inputs, {image_slice(expected.shape, Order::ChannelsLast)});
    expect_barriers_needed("gpu/window.cl", step, expected);
}

TEST_F(EmulatedDevice, FindsEachBarrierThatARowsSoftmaxLacks) {
    const auto x = random_tensor({9, 700}, 1);
    const Softmax softmax{.axis = 1};
    const auto expected = reference::evaluate_node(softmax, std::vector{x}).front();
    expect_barriers_needed("gpu/parts.cl", prepared(softmax, x, Form::Dense), expected);
}

TEST_F(EmulatedDevice, FindsTheBarrierThatATransposeLacks) {
    const auto x = random_tensor({70, 90}, 1);
    const Transpose transpose{{1, 0}};
    const auto expected = reference::evaluate_node(transpose, std::vector{x}).front();
    expect_barriers_needed("gpu/transpose.cl", prepared(transpose, x, Form::Dense), expected);
}

TEST_F(EmulatedDevice, FindsAWideAccessThatIsNotAligned) {
    const auto x = random_tensor({1, 32, 6, 5}, 1);
    const Placed odd = placed_in(Layout::channels_last(x.shape), x.shape, 1, 0, 1);
    const Lowering hopeful = [](const ops::StepSpec& step, const DeviceProfile& profile) {
        auto wrong = step;
        wrong.reads.front().spec.alignment = Alignment{64, 0};
        return ops::lower(wrong, profile);
    };
    const auto run = [&](Lowering lowering) {
        const PreparedStep step(device(), Copy{}, {{.tensor = x, .placed = odd}}, {placed_as(Form::Last, x.shape)},
                                lowering);
        return fault(step, x, jit::kernel_source);
    };
    EXPECT_EQ(run(ops::lower), "nothing");
    EXPECT_THAT(run(hopeful),
                AllOf(HasSubstr("kernel copy_"), HasSubstr("gpu/prelude.cl"), HasSubstr("no multiple of 16 bytes")));
}

TEST_F(EmulatedDevice, FindsBarriersThatNotAllReach) {
    constexpr const char* head = "extern \"C\" __global__ void f(float* y) {\n";
    EXPECT_EQ(error_text([&] { run(std::string(head) + "__syncthreads();\n}"); }), "nothing");
    EXPECT_THAT(error_text([&] { run(std::string(head) + "if (threadIdx.x == 3) return;\n__syncthreads();\n}"); }),
                HasSubstr("group 0: work-item 3 ended while 31 of 32 wait at the barrier"));
    EXPECT_THAT(
        error_text([&] { run(std::string(head) + "if (threadIdx.x == 3) __syncthreads();\nelse\n__syncthreads();\n}"); }),
        AllOf(HasSubstr("work-item"), HasSubstr("waits at the barrier"), HasSubstr("others at")));
}

TEST_F(EmulatedDevice, FillsLocalMemoryWithNaN) {
    const std::string text =
        "extern \"C\" __global__ void f(float* y) {\n__shared__ __align__(16) float seen[32];\n"
        "if (blockIdx.x == 0) seen[threadIdx.x] = 1;\n__syncthreads();\ny[blockIdx.x * 32 + threadIdx.x] = "
        "seen[threadIdx.x];\n}";
    const std::vector<std::string> names{"f"};
    const auto module = device().backend()->build(text, names, {});
    const auto kernel = module->kernel("f");
    const auto memory = device().allocate(256);
    kernel->set(0, memory.memory());
    const auto queue = device().queue();
    queue.backend()->launch(*kernel, {.groups = 2, .local = 32}, {}, false);
    std::vector<float> values(64);
    queue.read(memory, 0, std::as_writable_bytes(std::span(values)));
    EXPECT_THAT(std::span(values).first(32), testing::Each(1.0F));
    EXPECT_THAT(std::span(values).last(32), testing::Each(testing::IsNan()));
}

/// The check of parameters is that of real devices: by a cubin.
TEST_F(EmulatedDevice, KernelsOfOtherParametersAreRefused) {
    const auto x = random_tensor({2, 3, 4, 5}, 1);
    const auto step = prepared(Copy{}, x, Form::SlicedDense);
    const auto narrow = std::string(jit::kernel_source("gpu/cuda.cu")) + "#define long int\n";
    EXPECT_THAT(fault(step, x, with_file("gpu/cuda.cu", narrow)),
                HasSubstr("has 4 bytes at 8, expected 'x0_offset' with 8 at 8"));
}

}  // namespace
}  // namespace abut::test
