// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "device/backend.hpp"
#include "device/cuda/context.hpp"
#include "device/cuda/staging.hpp"

namespace abut::inline v0::device::cuda {

class CudaEvent final : public EventBackend {
public:
    /// An event of the queue's.
    CudaEvent(std::shared_ptr<const Context> context, Owned<CUevent> event);
    /// The caller's.
    CudaEvent(std::shared_ptr<const Driver> driver, CUevent event) : driver_(std::move(driver)), event_(event) {}
    void wait() const override;
    [[nodiscard]] CUevent event() const noexcept { return event_; }

private:
    std::shared_ptr<const Context> context_;  ///< empty of the caller's event
    std::shared_ptr<const Driver> driver_;
    Owned<CUevent> owned_;
    CUevent event_;
};

/// A stream, its own or the caller's.
class CudaQueue final : public QueueBackend {
public:
    CudaQueue(std::shared_ptr<const Context> context, Owned<CUstream> stream);
    CudaQueue(std::shared_ptr<const Context> context, CUstream stream);
    [[nodiscard]] bool in_order() const override { return true; }
    std::shared_ptr<EventBackend> launch(Kernel& kernel, const LaunchShape& shape,
                                         std::span<const std::shared_ptr<EventBackend>> wait, bool signal) override;
    std::shared_ptr<EventBackend> marker(std::span<const std::shared_ptr<EventBackend>> wait) override;
    void write(Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) override;
    void read(const Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) override;
    void flush() override {}  ///< a stream's work is handed over as it is enqueued
    void finish() override;

    [[nodiscard]] const Context& context() const noexcept { return *context_; }
    [[nodiscard]] CUstream stream() const noexcept { return stream_; }
    /// What is enqueued from now on starts when `events` are done.
    void wait_for(std::span<const std::shared_ptr<EventBackend>> events);
    /// Done when all that is enqueued until now is.
    std::shared_ptr<EventBackend> signal();

private:
    std::shared_ptr<const Context> context_;
    Owned<CUstream> owned_;
    CUstream stream_;
    Staging staging_;
};

/// Throws InvalidArgument for a queue of another backend.
CudaQueue& cuda_queue(QueueBackend& queue);

}  // namespace abut::inline v0::device::cuda
