// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "device/backend.hpp"
#include "support/host_compiler.hpp"
#include "support/host_queue.hpp"

namespace abut::test {

/// A device without a driver: memory is the host's, a kernel gets pointers to it, and is a function of this process.
class HostBackend final : public device::Backend {
public:
    /// Throws Unsupported where no compiler is installed.
    explicit HostBackend(HostFault fault = HostFault::None);
    [[nodiscard]] const DeviceProfile& profile() const override { return profile_; }
    [[nodiscard]] std::string identity() const override { return "api=host\n" + compiler_.identity(); }
    std::shared_ptr<device::Memory> allocate(std::int64_t bytes) override;
    std::shared_ptr<device::Memory> import(const std::shared_ptr<device::Memory>& memory) override;
    std::shared_ptr<device::Module> build(const std::string& source, std::span<const std::string> kernels,
                                          const device::BuildListener& listener) override;
    std::shared_ptr<device::Module> load(std::span<const std::byte> binary) override;
    std::shared_ptr<device::QueueBackend> queue() override { return std::make_shared<HostQueue>(fault_); }

private:
    HostCompiler compiler_;
    HostFault fault_;
    DeviceProfile profile_;
};

}  // namespace abut::test
