// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/queue.hpp"

#include "core/fail.hpp"
#include "device/cuda/cuda.hpp"
#include "device/cuda/memory.hpp"
#include "device/cuda/module.hpp"

namespace abut::inline v0::device::cuda {
namespace {

DeviceAddress address_in(const Memory& memory, std::int64_t offset_bytes, const Context& context) {
    const auto& of_cuda = cuda_memory(memory);
    require_memory_of(of_cuda, context);
    return of_cuda.address() + static_cast<DeviceAddress>(offset_bytes);
}

/// The streams that CUDA names by constants: the legacy and the calling thread's default stream.
bool is_default_stream(CUstream stream) {
    constexpr std::uintptr_t last_constant = 2;
    return reinterpret_cast<std::uintptr_t>(stream) <= last_constant;
}

CUcontext context_of(const Driver& driver, CUstream stream) {
    CUcontext context = nullptr;
    if (!is_default_stream(stream)) {
        driver.run("reading a stream's context", driver.stream_context, stream, &context);
        return context;
    }
    driver.run("reading the current context", driver.context_current, &context);
    if (context != nullptr) return context;
    throw Error(ErrorCode::InvalidArgument,
                "a default stream is to be wrapped, but the calling thread has no current context");
}

}  // namespace

CudaEvent::CudaEvent(std::shared_ptr<const Context> context, Owned<CUevent> event)
    : context_(std::move(context)),
      owned_(std::move(event)),
      event_(owned_.get()) {}

void CudaEvent::wait() const {
    constexpr const char* doing = "waiting for an event";
    if (context_) return context_->run(doing, context_->driver().event_synchronize, event_);
    driver_->run(doing, driver_->event_synchronize, event_);
}

CudaQueue::CudaQueue(std::shared_ptr<const Context> context, Owned<CUstream> stream)
    : context_(std::move(context)),
      owned_(std::move(stream)),
      stream_(owned_.get()),
      staging_(context_) {}

CudaQueue::CudaQueue(std::shared_ptr<const Context> context, CUstream stream)
    : context_(std::move(context)),
      stream_(stream),
      staging_(context_) {}

void CudaQueue::wait_for(std::span<const std::shared_ptr<EventBackend>> events) {
    constexpr unsigned no_flags = 0;
    for (const auto& event : events) {
        if (!event) continue;
        const auto* of_cuda = dynamic_cast<const CudaEvent*>(event.get());
        if (of_cuda == nullptr) throw Error(ErrorCode::InvalidArgument, "expected events of a CUDA queue");
        context_->run("waiting for an event", context_->driver().stream_wait, stream_, of_cuda->event(), no_flags);
    }
}

std::shared_ptr<EventBackend> CudaQueue::signal() {
    auto event = new_event(context_);
    context_->run("recording an event", context_->driver().event_record, event.get(), stream_);
    return std::make_shared<CudaEvent>(context_, std::move(event));
}

std::shared_ptr<EventBackend> CudaQueue::launch(Kernel& kernel, const LaunchShape& shape,
                                                std::span<const std::shared_ptr<EventBackend>> wait, bool signal) {
    auto& of_cuda = cuda_kernel(kernel);
    const auto parameters = of_cuda.parameters_for(shape, *context_);
    wait_for(wait);
    // CUDA refuses an empty grid.
    if (shape.groups > 0) {
        context_->run("launching a kernel", context_->driver().launch, parameters.function, parameters.grid_x,
                      parameters.grid_y, parameters.grid_z, parameters.block_x, parameters.block_y, parameters.block_z,
                      parameters.shared_bytes, stream_, parameters.parameters, parameters.extra);
    }
    return signal ? this->signal() : nullptr;
}

std::shared_ptr<EventBackend> CudaQueue::marker(std::span<const std::shared_ptr<EventBackend>> wait) {
    wait_for(wait);
    return signal();
}

void CudaQueue::write(Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) {
    staging_.write(stream_, address_in(to, offset_bytes, *context_), from);
}

void CudaQueue::read(const Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) {
    staging_.read(stream_, address_in(from, offset_bytes, *context_), to);
}

void CudaQueue::finish() {
    context_->run("finishing a stream", context_->driver().stream_synchronize, stream_);
}

CudaQueue& cuda_queue(QueueBackend& queue) {
    auto* of_cuda = dynamic_cast<CudaQueue*>(&queue);
    if (of_cuda != nullptr) return *of_cuda;
    throw Error(ErrorCode::InvalidArgument, "expected a queue of a CUDA device");
}

std::shared_ptr<QueueBackend> wrap(CUstream stream) {
    auto driver = load_driver();
    const auto context = context_of(*driver, stream);
    return std::make_shared<CudaQueue>(Context::of_caller(std::move(driver), context), stream);
}

std::shared_ptr<EventBackend> wrap(CUevent event) {
    if (event == nullptr) throw Error(ErrorCode::InvalidArgument, "the CUevent to wrap is null");
    return std::make_shared<CudaEvent>(load_driver(), event);
}

}  // namespace abut::inline v0::device::cuda
