// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstring>
#include <thread>

#include "abut/error.hpp"
#include "jit/kernel_cache.hpp"
#include "support/caller_opencl.hpp"
#include "support/opencl_test.hpp"
#include "support/run_scale.hpp"

namespace abut {
namespace {

using ::testing::HasSubstr;

class OpenClQueue : public test::OpenClTest {
protected:
    void SetUp() override {
        OpenClTest::SetUp();
        if (IsSkipped()) return;
        caller_ = std::make_unique<test::CallerOpenCl>(test::test_selector());
        wrapped_ = Device::wrap(caller_->context(), caller_->device(), {.log = {}, .cache = {.directory = ""}});
        cache_ = std::make_unique<jit::KernelCache>(*wrapped_, test::scale_sources);
        scale_ = cache_->get(std::vector{test::scale_spec("2.0f")}).at(0);
    }
    /// A chain of doublings from one buffer to the next, each waiting for the event before; the last value.
    float doubled(const Queue& queue, int times) {
        std::vector<Buffer> buffers;
        for (int i = 0; i <= times; ++i) buffers.push_back(wrapped_->allocate(sizeof(float)));
        const float one = 1;
        queue.write(buffers[0], 0, std::as_bytes(std::span(&one, 1)));
        std::vector<std::shared_ptr<device::EventBackend>> last;
        for (std::size_t i = 0; i + 1 < buffers.size(); ++i) {
            last = {
                test::enqueue(queue, *scale_, {.x = buffers[i].memory(), .y = buffers[i + 1].memory(), .count = 1}, last)};
        }
        Event(last.at(0)).wait();
        float result = 0;
        queue.read(buffers.back(), 0, std::as_writable_bytes(std::span(&result, 1)));
        return result;
    }
    [[nodiscard]] test::CallerOpenCl& caller() { return *caller_; }
    [[nodiscard]] const Device& wrapped() const { return *wrapped_; }
    [[nodiscard]] const jit::CompiledKernel& scale() const { return *scale_; }

private:
    std::unique_ptr<test::CallerOpenCl> caller_;
    std::optional<Device> wrapped_;
    std::unique_ptr<jit::KernelCache> cache_;
    std::shared_ptr<const jit::CompiledKernel> scale_;
};

TEST_F(OpenClQueue, HasWhatTheHostWroteInPlace) {
    const auto x = wrapped().allocate(2 * sizeof(float));
    const auto y = wrapped().allocate(2 * sizeof(float));
    const auto queue = wrapped().queue();
    std::array<float, 2> numbers{3, 0};
    queue.write(x, 0, std::as_bytes(std::span(numbers)));
    numbers[1] = 4;
    const auto mapped = queue.backend()->map_to_write(*x.memory(), sizeof(float), sizeof(float));
    ASSERT_EQ(mapped != nullptr, wrapped().profile().is_cpu);
    if (mapped) {
        std::memcpy(mapped->data(), &numbers[1], sizeof(float));
        mapped->unmap();
        mapped->unmap();  // once is enough, and twice no error
    } else {
        queue.write(x, 0, std::as_bytes(std::span(numbers)));
    }
    const auto doubled = test::enqueue(wrapped().queue(), scale(), {.x = x.memory(), .y = y.memory(), .count = 2});
    Event(doubled).wait();
    std::array<float, 2> result{};
    queue.read(y, 0, std::as_writable_bytes(std::span(result)));
    EXPECT_THAT(result, ::testing::ElementsAre(6, 8));
}

TEST_F(OpenClQueue, KnowsWhetherTheCallersQueueIsInOrder) {
    EXPECT_TRUE(wrapped().queue().backend()->in_order());
    EXPECT_TRUE(Queue::wrap(caller().queue()).backend()->in_order());
    EXPECT_FALSE(Queue::wrap(caller().queue_with(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE)).backend()->in_order());
}

TEST_F(OpenClQueue, OrdersLaunchesByEventsOutOfOrder) {
    EXPECT_EQ(doubled(Queue::wrap(caller().queue_with(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE)), 20), 1 << 20);
}

TEST_F(OpenClQueue, OrdersLaunchesInOrder) {
    EXPECT_EQ(doubled(Queue::wrap(caller().queue()), 20), 1 << 20);
}

TEST_F(OpenClQueue, WaitsForTheCallersEvent) {
    cl_int code = CL_SUCCESS;
    auto* const gate = clCreateUserEvent(caller().context(), &code);
    test::CallerOpenCl::require(code, "clCreateUserEvent");
    const auto wrapped_gate = Event::wrap(gate);
    // Host memory, since PoCL's blocking read waits for all that is in the queue.
    alignas(4096) float value = 1;
    const auto memory = wrapped().backend()->import(std::make_shared<device::HostMemory>(&value, sizeof(float)));
    const auto queue = Queue::wrap(caller().queue_with(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE));
    const std::vector wait{wrapped_gate.backend()};
    const auto done = test::enqueue(queue, scale(), {.x = memory, .y = memory, .count = 1}, wait);
    queue.backend()->flush();
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    EXPECT_EQ(value, 1) << "the launch did not wait";
    test::CallerOpenCl::require(clSetUserEventStatus(gate, CL_COMPLETE), "clSetUserEventStatus");
    Event(done).wait();
    EXPECT_EQ(value, 2);
    clReleaseEvent(gate);
}

TEST_F(OpenClQueue, SignalsAnEmptyLaunchToo) {
    const auto memory = wrapped().allocate(sizeof(float));
    const auto queue = wrapped().queue();
    const auto done = test::enqueue(queue, scale(), {.x = memory.memory(), .y = memory.memory(), .count = 0});
    ASSERT_NE(done, nullptr);
    Event(done).wait();
}

TEST_F(OpenClQueue, AMarkerIsDoneAfterWhatItWaitsFor) {
    const auto memory = wrapped().allocate(sizeof(float));
    const float one = 1;
    const auto queue = Queue::wrap(caller().queue_with(CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE));
    queue.write(memory, 0, std::as_bytes(std::span(&one, 1)));
    const std::vector launched{test::enqueue(queue, scale(), {.x = memory.memory(), .y = memory.memory(), .count = 1})};
    Event(queue.backend()->marker(launched)).wait();
    float after = 0;
    queue.read(memory, 0, std::as_writable_bytes(std::span(&after, 1)));
    EXPECT_EQ(after, 2);
}

TEST_F(OpenClQueue, NamesTheCallAndTheCodeOfADriversError) {
    const auto kernel = scale().module->kernel(scale().name);
    try {
        wrapped().queue().backend()->launch(*kernel, {.groups = 1}, {}, false);
        FAIL() << "a kernel without arguments was launched";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Device);
        EXPECT_THAT(error.what(), HasSubstr("clEnqueueNDRangeKernel"));
        EXPECT_THAT(error.what(), HasSubstr("CL_INVALID_KERNEL_ARGS"));
    }
}

TEST_F(OpenClQueue, RefusesMemoryThatWasNotImported) {
    float host = 0;
    const auto kernel = scale().module->kernel(scale().name);
    EXPECT_THROW(kernel->set(0, std::make_shared<device::HostMemory>(&host, 4)), Error);
    EXPECT_THROW(kernel->set(0, nullptr), Error);
    EXPECT_THROW(kernel->set(0, device::ScalarType::Pointer, 0), Error);
}

TEST_F(OpenClQueue, RefusesABinaryThatIsNone) {
    const std::vector<std::byte> nonsense(100, std::byte{42});
    try {
        wrapped().backend()->load(nonsense);
        FAIL() << "nonsense was loaded";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Device);
    }
}

}  // namespace
}  // namespace abut
