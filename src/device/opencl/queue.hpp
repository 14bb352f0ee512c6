// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "device/backend.hpp"
#include "device/opencl/api.hpp"

namespace abut::inline v0::device::opencl {

class ClEvent final : public EventBackend {
public:
    explicit ClEvent(cl::Event event) : event_(std::move(event)) {}
    void wait() const override;
    [[nodiscard]] const cl::Event& event() const noexcept { return event_; }

private:
    cl::Event event_;
};

class ClQueue final : public QueueBackend {
public:
    explicit ClQueue(cl::CommandQueue queue);
    [[nodiscard]] bool in_order() const override { return in_order_; }
    std::shared_ptr<EventBackend> launch(Kernel& kernel, const LaunchShape& shape,
                                         std::span<const std::shared_ptr<EventBackend>> wait, bool signal) override;
    std::shared_ptr<EventBackend> marker(std::span<const std::shared_ptr<EventBackend>> wait) override;
    void write(Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) override;
    void read(const Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) override;
    std::unique_ptr<MappedMemory> map_to_write(Memory& memory, std::int64_t offset_bytes, std::int64_t size_bytes) override;
    void flush() override;
    void finish() override;

private:
    cl::CommandQueue queue_;
    bool in_order_;
    bool is_of_cpu_;
};

}  // namespace abut::inline v0::device::opencl
