// SPDX-License-Identifier: Apache-2.0
#include "support/host_queue.hpp"

#include <cstring>

#include "core/fail.hpp"
#include "support/host_memory.hpp"
#include "support/host_module.hpp"

namespace abut::test {
namespace {

class DoneEvent final : public device::EventBackend {
public:
    void wait() const override {}
};

void wait_for(std::span<const std::shared_ptr<device::EventBackend>> events) {
    for (const auto& event : events) {
        if (event) event->wait();
    }
}

/// The address of `size_bytes` bytes that lie in the memory.
std::byte* range(const device::Memory& memory, std::int64_t offset_bytes, std::size_t size_bytes) {
    const auto size = static_cast<std::int64_t>(size_bytes);
    core::require(offset_bytes >= 0 && size <= memory.size_bytes() - offset_bytes,
                  "a copy of {} bytes at offset {} leaves memory of {} bytes", size, offset_bytes, memory.size_bytes());
    return address_of(memory) + offset_bytes;
}

}  // namespace

std::shared_ptr<device::EventBackend> HostQueue::launch(device::Kernel& kernel, const device::LaunchShape& shape,
                                                        std::span<const std::shared_ptr<device::EventBackend>> wait,
                                                        bool signal) {
    const auto* of_host = dynamic_cast<const HostKernel*>(&kernel);
    core::require(of_host != nullptr, "expected a kernel of a host device");
    core::require(shape.groups >= 0 && shape.local == 1, "expected groups >= 0 of one work-item each");
    wait_for(wait);
    const bool skips_one = fault_ == HostFault::SkipsLastGroup && shape.groups > 1;
    const auto groups = skips_one ? shape.groups - 1 : shape.groups;
    for (std::int64_t group = 0; group < groups; ++group) of_host->run(group);
    return signal ? std::make_shared<DoneEvent>() : nullptr;
}

std::shared_ptr<device::EventBackend> HostQueue::marker(std::span<const std::shared_ptr<device::EventBackend>> wait) {
    wait_for(wait);
    return std::make_shared<DoneEvent>();
}

void HostQueue::write(device::Memory& to, std::int64_t offset_bytes, std::span<const std::byte> from) {
    std::memcpy(range(to, offset_bytes, from.size()), from.data(), from.size());
}

void HostQueue::read(const device::Memory& from, std::int64_t offset_bytes, std::span<std::byte> to) {
    std::memcpy(to.data(), range(from, offset_bytes, to.size()), to.size());
}

}  // namespace abut::test
