// SPDX-License-Identifier: Apache-2.0
#include "support/host_backend.hpp"

#include "core/fail.hpp"
#include "support/host_memory.hpp"
#include "support/host_module.hpp"

namespace abut::test {

HostBackend::HostBackend(HostFault fault)
    : fault_(fault),
      profile_{.name = "host memory",
               .selector = "",
               .compute_units = 4,
               .buffer_alignment_bytes = HostAllocation::alignment,
               .memory_bytes = std::int64_t{1} << 30,
               .max_allocation_bytes = std::int64_t{1} << 28} {}

std::shared_ptr<device::Memory> HostBackend::allocate(std::int64_t bytes) {
    core::require(bytes >= 0, "a buffer of {} bytes was asked for", bytes);
    if (bytes > profile_.max_allocation_bytes) {
        core::fail(ErrorCode::OutOfMemory, "no buffer of {} bytes on {}: it allows {} bytes a buffer", bytes, profile_.name,
                   profile_.max_allocation_bytes);
    }
    return std::make_shared<HostAllocation>(bytes);
}

std::shared_ptr<device::Memory> HostBackend::import(const std::shared_ptr<device::Memory>& memory) {
    static_cast<void>(address_of(*memory));
    return memory;
}

std::shared_ptr<device::Module> HostBackend::build(const std::string& source, std::span<const std::string> kernels,
                                                   const device::BuildListener& listener) {
    auto module = std::make_shared<HostModule>(compiler_.compile(source));
    int done = 0;
    for (const auto& name : kernels) {
        static_cast<void>(module->kernel(name));
        if (listener.generated) listener.generated(++done);
    }
    return module;
}

std::shared_ptr<device::Module> HostBackend::load(std::span<const std::byte> binary) {
    return std::make_shared<HostModule>(std::vector(binary.begin(), binary.end()));
}

}  // namespace abut::test
