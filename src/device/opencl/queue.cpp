// SPDX-License-Identifier: Apache-2.0
#include "device/opencl/queue.hpp"

#include <cstddef>
#include <utility>

#include "device/opencl/memory.hpp"
#include "device/opencl/module.hpp"
#include "device/opencl/opencl.hpp"

namespace abut::inline v0::device::opencl {
namespace {

std::vector<cl::Event> cl_events(std::span<const std::shared_ptr<EventBackend>> events) {
    std::vector<cl::Event> result;
    result.reserve(events.size());
    for (const auto& event : events) {
        if (!event) continue;
        const auto* of_opencl = dynamic_cast<const ClEvent*>(event.get());
        if (of_opencl == nullptr) throw Error(ErrorCode::InvalidArgument, "expected events of an OpenCL queue");
        result.push_back(of_opencl->event());
    }
    return result;
}

class ClMappedMemory final : public MappedMemory {
public:
    ClMappedMemory(cl::CommandQueue queue, cl::Buffer buffer, std::size_t offset_bytes, std::size_t size_bytes)
        : queue_(std::move(queue)),
          buffer_(std::move(buffer)),
          data_(queue_.enqueueMapBuffer(buffer_, CL_TRUE, CL_MAP_WRITE_INVALIDATE_REGION, offset_bytes, size_bytes)) {}
    ClMappedMemory(const ClMappedMemory&) = delete;
    ClMappedMemory& operator=(const ClMappedMemory&) = delete;
    ~ClMappedMemory() override {
        try {
            unmap();
        } catch (const Error&) {  // whoever wants to know calls it
        }
    }

    [[nodiscard]] std::byte* data() const override { return static_cast<std::byte*>(data_); }
    void unmap() override {
        if (data_ == nullptr) return;
        void* const data = std::exchange(data_, nullptr);
        checked("unmapping a buffer", [&] {
            cl::Event unmapped;
            queue_.enqueueUnmapMemObject(buffer_, data, nullptr, &unmapped);
            unmapped.wait();
        });
    }

private:
    cl::CommandQueue queue_;
    cl::Buffer buffer_;
    void* data_;
};

}  // namespace

void ClEvent::wait() const {
    checked("waiting for an event", [&] { event_.wait(); });
    const auto status =
        checked("reading an event's status", [&] { return event_.getInfo<CL_EVENT_COMMAND_EXECUTION_STATUS>(); });
    if (status < 0) throw Error(ErrorCode::Device, "the work of an event failed with " + code_name(status));
}

ClQueue::ClQueue(cl::CommandQueue queue) : queue_(std::move(queue)) {
    const auto properties = checked("reading a queue's properties", [&] { return queue_.getInfo<CL_QUEUE_PROPERTIES>(); });
    in_order_ = (properties & CL_QUEUE_OUT_OF_ORDER_EXEC_MODE_ENABLE) == 0;
    is_of_cpu_ = checked("reading a queue's device", [&] {
        return (queue_.getInfo<CL_QUEUE_DEVICE>().getInfo<CL_DEVICE_TYPE>() & CL_DEVICE_TYPE_CPU) != 0;
    });
}

std::shared_ptr<EventBackend> ClQueue::launch(Kernel& kernel, const LaunchShape& shape,
                                              std::span<const std::shared_ptr<EventBackend>> wait, bool signal) {
    if (shape.groups < 0 || shape.local < 1)
        throw Error(ErrorCode::InvalidArgument, "a launch needs groups >= 0 and local >= 1");
    // OpenCL refuses an empty range.
    if (shape.groups == 0) return signal ? marker(wait) : nullptr;
    auto& cl_kernel = of_opencl(kernel);
    const auto events = cl_events(wait);
    const auto local = static_cast<std::size_t>(shape.local);
    cl::Event done;
    checked("launching a kernel", [&] {
        // A null local size is refused by PoCL 3.1 where the kernel states one.
        queue_.enqueueNDRangeKernel(cl_kernel, cl::NullRange, cl::NDRange(static_cast<std::size_t>(shape.groups) * local),
                                    cl::NDRange(local), events.empty() ? nullptr : &events, signal ? &done : nullptr);
    });
    return signal ? std::make_shared<ClEvent>(std::move(done)) : nullptr;
}

std::shared_ptr<EventBackend> ClQueue::marker(std::span<const std::shared_ptr<EventBackend>> wait) {
    const auto events = cl_events(wait);
    cl::Event done;
    checked("enqueueing a marker", [&] { queue_.enqueueMarkerWithWaitList(events.empty() ? nullptr : &events, &done); });
    return std::make_shared<ClEvent>(std::move(done));
}

void ClQueue::write(Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) {
    const auto offset = static_cast<std::size_t>(offset_bytes);
    // A blocking write may return as soon as `from` was copied (OpenCL 1.2, clEnqueueWriteBuffer), as Intel's runtime does.
    checked("writing a buffer", [&] {
        cl::Event written;
        queue_.enqueueWriteBuffer(cl_memory(to).buffer(), CL_TRUE, offset, from.size(), from.data(), nullptr, &written);
        written.wait();
    });
}

void ClQueue::read(const Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) {
    const auto offset = static_cast<std::size_t>(offset_bytes);
    checked("reading a buffer",
            [&] { queue_.enqueueReadBuffer(cl_memory(from).buffer(), CL_TRUE, offset, to.size(), to.data()); });
}

std::unique_ptr<MappedMemory> ClQueue::map_to_write(Memory& memory, std::int64_t offset_bytes, std::int64_t size_bytes) {
    if (!is_of_cpu_ || size_bytes == 0) return nullptr;
    return checked("mapping a buffer", [&] {
        return std::make_unique<ClMappedMemory>(queue_, cl_memory(memory).buffer(), static_cast<std::size_t>(offset_bytes),
                                                static_cast<std::size_t>(size_bytes));
    });
}

void ClQueue::flush() {
    checked("flushing a queue", [&] { queue_.flush(); });
}

void ClQueue::finish() {
    checked("finishing a queue", [&] { queue_.finish(); });
}

std::shared_ptr<QueueBackend> wrap(cl_command_queue queue) {
    if (queue == nullptr) throw Error(ErrorCode::InvalidArgument, "the cl_command_queue to wrap is null");
    constexpr bool retain = true;
    return checked("wrapping a queue", [&] { return std::make_shared<ClQueue>(cl::CommandQueue(queue, retain)); });
}

std::shared_ptr<EventBackend> wrap(cl_event event) {
    if (event == nullptr) throw Error(ErrorCode::InvalidArgument, "the cl_event to wrap is null");
    constexpr bool retain = true;
    return checked("wrapping an event", [&] { return std::make_shared<ClEvent>(cl::Event(event, retain)); });
}

}  // namespace abut::inline v0::device::opencl
