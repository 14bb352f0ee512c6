// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "device/backend.hpp"

namespace abut::test {

/// What a host device does wrong, as a control of the checks.
enum class HostFault {
    None,
    SkipsLastGroup,  ///< of launches of more than one
};

/// Work is done by the thread that enqueues it, before the call returns.
class HostQueue : public device::QueueBackend {
public:
    explicit HostQueue(HostFault fault = HostFault::None) : fault_(fault) {}
    [[nodiscard]] bool in_order() const override { return true; }
    std::shared_ptr<device::EventBackend> launch(device::Kernel& kernel, const device::LaunchShape& shape,
                                                 std::span<const std::shared_ptr<device::EventBackend>> wait,
                                                 bool signal) override;
    std::shared_ptr<device::EventBackend> marker(std::span<const std::shared_ptr<device::EventBackend>> wait) override;
    void write(device::Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) override;
    void read(const device::Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) override;
    void flush() override {}
    void finish() override {}

private:
    HostFault fault_;
};

}  // namespace abut::test
