// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <numeric>

#include "abut/error.hpp"
#include "abut/tensor_view.hpp"
#include "jit/kernel_cache.hpp"
#include "support/caller_opencl.hpp"
#include "support/opencl_test.hpp"
#include "support/run_scale.hpp"

namespace abut {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

ViewSpec vector_of(std::int64_t elements) {
    return {DType::Float32, Shape{elements}};
}

ErrorCode code_of(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return ErrorCode::IO;
}

/// Memory of a caller that has a context of its own.
class OpenClMemory : public test::OpenClTest {
protected:
    void SetUp() override {
        OpenClTest::SetUp();
        if (IsSkipped()) return;
        caller_ = std::make_unique<test::CallerOpenCl>(test::test_selector());
        wrapped_ = Device::wrap(caller_->context(), caller_->device(), {.log = {}, .cache = {.directory = ""}});
        cache_ = std::make_unique<jit::KernelCache>(*wrapped_, test::scale_sources);
        scale_ = cache_->get(std::vector{test::scale_spec("2.0f")}).at(0);
    }
    /// y[i] = 2 * x[i] through the views' memory and offsets, as a program launches.
    void scale(const TensorView& x, const TensorView& y) {
        const auto element = [](const TensorView& view) {
            return (view.buffer().offset_bytes() + view.offset_bytes()) / size_bytes(view.dtype());
        };
        const auto& backend = wrapped_->backend();
        test::enqueue(queue(), *scale_,
                      {.x = backend->import(x.buffer().memory()),
                       .x_offset = element(x),
                       .y = backend->import(y.buffer().memory()),
                       .y_offset = element(y),
                       .count = element_count(y.layout().shape)});
        queue().finish();
    }
    [[nodiscard]] test::CallerOpenCl& caller() { return *caller_; }
    [[nodiscard]] Queue queue() { return Queue::wrap(caller_->queue()); }
    [[nodiscard]] const Device& wrapped() const { return *wrapped_; }

private:
    std::unique_ptr<test::CallerOpenCl> caller_;
    std::optional<Device> wrapped_;
    std::unique_ptr<jit::KernelCache> cache_;
    std::shared_ptr<const jit::CompiledKernel> scale_;
};

TEST_F(OpenClMemory, WritesIntoASliceOfTheCallersBuffer) {
    const std::vector<float> canaries(64, -1);
    const auto memory = caller().buffer(canaries);
    const std::array<float, 3> input{1, 2, 3};
    // Element 5 is no multiple of any base alignment.
    scale(TensorView::wrap(const_cast<float*>(input.data()), vector_of(3)), TensorView::wrap(memory, 5 * 4, vector_of(3)));
    auto expected = canaries;
    expected[5] = 2, expected[6] = 4, expected[7] = 6;
    EXPECT_EQ(caller().content(memory, 64), expected);
}

TEST_F(OpenClMemory, AddsTheOriginOfASubBuffer) {
    const auto origin_bytes = static_cast<std::size_t>(wrapped().profile().buffer_alignment_bytes);
    const auto elements = origin_bytes / sizeof(float) * 3;
    const auto memory = caller().buffer(std::vector<float>(elements, -1));
    const auto part = caller().sub_buffer(memory, origin_bytes, origin_bytes);
    const auto view = TensorView::wrap(part, 2 * 4, vector_of(1));
    EXPECT_EQ(view.offset_bytes(), 8);
    EXPECT_EQ(view.buffer().offset_bytes(), static_cast<std::int64_t>(origin_bytes));
    EXPECT_EQ(view.buffer().size_bytes(), static_cast<std::int64_t>(origin_bytes));
    EXPECT_EQ(view.buffer().memory()->size_bytes(), static_cast<std::int64_t>(elements * 4)) << "kernels get the parent";
    std::array<float, 1> input{21};
    scale(TensorView::wrap(input.data(), vector_of(1)), view);
    std::vector<float> expected(elements, -1);
    expected[origin_bytes / 4 + 2] = 42;
    EXPECT_EQ(caller().content(memory, elements), expected);
}

TEST_F(OpenClMemory, CopiesIntoASubBufferStayThere) {
    const auto origin_bytes = static_cast<std::size_t>(wrapped().profile().buffer_alignment_bytes);
    const auto elements = origin_bytes / sizeof(float) * 3;
    const auto memory = caller().buffer(std::vector<float>(elements, -1));
    const auto part = Buffer::wrap(caller().sub_buffer(memory, origin_bytes, 16));
    EXPECT_EQ(part.size_bytes(), 16);
    const std::array<float, 2> numbers{8, 9};
    queue().write(part, 4, std::as_bytes(std::span(numbers)));
    std::vector<float> expected(elements, -1);
    expected[origin_bytes / 4 + 1] = 8, expected[origin_bytes / 4 + 2] = 9;
    EXPECT_EQ(caller().content(memory, elements), expected);
    std::array<float, 4> read{};
    queue().read(part, 0, std::as_writable_bytes(std::span(read)));
    EXPECT_THAT(read, ElementsAre(-1, 8, 9, -1));
    EXPECT_EQ(code_of([&] { queue().write(part, 12, std::as_bytes(std::span(numbers))); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { (void)Buffer(part.memory(), 0, part.memory()->size_bytes() + 1); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { (void)Buffer(part.memory(), -4, 4); }), ErrorCode::InvalidArgument);
}

TEST_F(OpenClMemory, RefusesAViewThatLeavesItsSubBuffer) {
    const auto origin_bytes = static_cast<std::size_t>(wrapped().profile().buffer_alignment_bytes);
    const auto memory = caller().buffer(std::vector<float>(origin_bytes, 0));
    const auto part = caller().sub_buffer(memory, origin_bytes, 16);
    EXPECT_NO_THROW(TensorView::wrap(part, 0, vector_of(4)));
    EXPECT_EQ(code_of([&] { TensorView::wrap(part, 0, vector_of(5)); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { TensorView::wrap(part, 4, vector_of(4)); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { TensorView::wrap(part, -4, vector_of(1)); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { TensorView::wrap(part, 2, vector_of(1)); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { TensorView::wrap(static_cast<cl_mem>(nullptr), 0, vector_of(1)); }), ErrorCode::InvalidArgument);
}

TEST_F(OpenClMemory, TakesTheAlignmentOfAHostPointerFromItsAddress) {
    alignas(64) std::array<float, 64> host{};
    // 12 bytes past a multiple of 64.
    const auto memory = caller().host_buffer(host.data() + 3, 16 * sizeof(float));
    EXPECT_EQ(TensorView::wrap(memory, 0, vector_of(4)).spec().alignment.power_of_two(), 4);
    EXPECT_EQ(TensorView::wrap(memory, 4, vector_of(4)).spec().alignment.power_of_two(), 4)
        << "16 in truth: an address known to be a multiple of 4 only proves no more after a move";
    const auto aligned = caller().host_buffer(host.data(), 16 * sizeof(float));
    EXPECT_GE(TensorView::wrap(aligned, 0, vector_of(4)).spec().alignment.power_of_two(), 64);
    EXPECT_EQ(TensorView::wrap(aligned, 16, vector_of(4)).spec().alignment.power_of_two(), 16);
}

TEST_F(OpenClMemory, UsesAHostPointerBufferInPlace) {
    std::array<float, 16> host{};
    host.fill(-1);
    const auto memory = caller().host_buffer(host.data() + 3, 8 * sizeof(float));
    std::array<float, 2> input{4, 5};
    scale(TensorView::wrap(input.data(), vector_of(2)), TensorView::wrap(memory, 4, vector_of(2)));
    EXPECT_THAT(caller().content(memory, 8), ElementsAre(-1, 8, 10, -1, -1, -1, -1, -1));
    EXPECT_EQ(host[2], -1);
    EXPECT_EQ(host[11], -1);
}

TEST_F(OpenClMemory, AddsTheOriginOfASubBufferOfAHostPointer) {
    const auto origin_bytes = static_cast<std::size_t>(wrapped().profile().buffer_alignment_bytes);
    std::vector<float> host(origin_bytes, -1);
    const auto memory = caller().host_buffer(host.data(), host.size() * sizeof(float));
    const auto view = TensorView::wrap(caller().sub_buffer(memory, origin_bytes, 16), 4, vector_of(1));
    EXPECT_EQ(view.buffer().offset_bytes() + view.offset_bytes(), static_cast<std::int64_t>(origin_bytes) + 4);
    std::array<float, 1> input{3};
    scale(TensorView::wrap(input.data(), vector_of(1)), view);
    EXPECT_EQ(caller().content(memory, host.size())[origin_bytes / 4 + 1], 6);
}

TEST_F(OpenClMemory, UsesHostMemoryAsInputAndOutput) {
    std::array<float, 6> host{1, 2, 3, -1, -1, -1};
    scale(TensorView::wrap(host.data(), vector_of(2)), TensorView::wrap(host.data() + 4, vector_of(2)));
    EXPECT_THAT(host, ElementsAre(1, 2, 3, -1, 2, 4));
}

TEST_F(OpenClMemory, KeepsTheCallersBufferAlive) {
    auto memory = caller().buffer(std::vector<float>(4, 7));
    const auto view = TensorView::wrap(memory, 0, vector_of(4));
    caller().release(memory);
    std::vector<float> read(4, 0);
    queue().read(view.buffer(), 0, std::as_writable_bytes(std::span(read)));
    EXPECT_THAT(read, Each(7));
}

TEST_F(OpenClMemory, SaysWhatWasAskedWhenMemoryIsOut) {
    const auto too_much = wrapped().profile().max_allocation_bytes + 1;
    try {
        static_cast<void>(wrapped().allocate(too_much));
        FAIL() << "more than the device has was allocated";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::OutOfMemory);
        EXPECT_THAT(error.what(), HasSubstr(std::to_string(too_much)));
    }
    EXPECT_EQ(code_of([&] { static_cast<void>(wrapped().allocate(-1)); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(wrapped().allocate(0).size_bytes(), 0);
}

/// Large buffers of a CPU lie in pages of ours, which no driver counts. Nothing touches them here.
TEST_F(OpenClMemory, HasWhatTheDeviceHasAndGetsItBack) {
    const auto& profile = wrapped().profile();
    if (!profile.is_cpu) return;
    const auto all = profile.memory_bytes / profile.max_allocation_bytes;
    const auto allocate = [&](std::int64_t count) {
        std::vector<Buffer> held;
        for (std::int64_t i = 0; i < count; ++i) held.push_back(wrapped().allocate(profile.max_allocation_bytes));
    };
    EXPECT_EQ(code_of([&] { allocate(all + 1); }), ErrorCode::OutOfMemory);
    EXPECT_NO_THROW(allocate(all - 1)) << "what was refused is held still";
    EXPECT_NO_THROW(allocate(all - 1)) << "what was let go is held still";
}

TEST_F(OpenClMemory, OfHugePagesIsWrittenCopiedAndRead) {
    constexpr std::int64_t elements = 3 << 18;  // a page and a half
    std::vector<float> input(elements);
    std::iota(input.begin(), input.end(), 0.0F);
    const auto x = wrapped().allocate(elements * 4);
    const auto y = wrapped().allocate(elements * 4);
    queue().write(x, 0, std::as_bytes(std::span(input)));
    const Layout layout = Layout::dense(Shape{elements});
    scale({x, 0, DType::Float32, layout}, {y, 0, DType::Float32, layout});
    std::vector<float> output(elements);
    queue().read(y, 0, std::as_writable_bytes(std::span(output)));
    for (auto& element : input) element *= 2;
    EXPECT_EQ(output, input);
}

TEST_F(OpenClMemory, RefusesCopiesBeyondABuffer) {
    const auto buffer = wrapped().allocate(16);
    std::array<std::byte, 8> bytes{};
    EXPECT_NO_THROW(queue().write(buffer, 8, bytes));
    EXPECT_EQ(code_of([&] { queue().write(buffer, 9, bytes); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { queue().read(buffer, -1, bytes); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { queue().read(Buffer(), 0, bytes); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { Queue().finish(); }), ErrorCode::InvalidArgument);
}

TEST_F(OpenClMemory, RefusesADeviceOfAnotherContext) {
    EXPECT_EQ(code_of([&] { Device::wrap(nullptr, caller().device()); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([&] { Device::wrap(caller().context(), nullptr); }), ErrorCode::InvalidArgument);
}

TEST(DeviceSelector, IsRefusedWithWhatThereIs) {
    EXPECT_EQ(code_of([] { Device::open("opencl"); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([] { Device::open("opencl:-1"); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([] { Device::open("opencl:0x"); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([] { Device::open("vulkan:0"); }), ErrorCode::InvalidArgument);
    EXPECT_EQ(code_of([] { Device::open("opencl:999999"); }), ErrorCode::Device);
    EXPECT_EQ(code_of([] { Device::open("opencl:99999999999999999999"); }), ErrorCode::InvalidArgument);
}

}  // namespace
}  // namespace abut
