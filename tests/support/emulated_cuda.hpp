// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "abut/device.hpp"
#include "device/backend.hpp"
#include "support/emulated_compiler.hpp"
#include "support/host_queue.hpp"

namespace abut::test {

/// What a device of CUDA is to the library, without one: memory is the host's, the kernels' CUDA text is compiled for this
/// processor, and the work-items of a group take turns at barriers, in an order that differs from queue to queue.
class EmulatedCuda final : public device::Backend {
public:
    static constexpr const char* selector = "emulated:cuda";

    /// Throws Unsupported where no compiler is installed.
    EmulatedCuda();
    [[nodiscard]] const DeviceProfile& profile() const override { return profile_; }
    [[nodiscard]] std::string identity() const override { return "api=emulated cuda\n" + compiler_.identity(); }
    [[nodiscard]] device::SourceLanguage language() const override { return device::SourceLanguage::Cuda; }
    std::shared_ptr<device::Memory> allocate(std::int64_t bytes) override;
    std::shared_ptr<device::Memory> import(const std::shared_ptr<device::Memory>& memory) override;
    std::shared_ptr<device::Module> build(const std::string& source, std::span<const std::string> kernels,
                                          const device::BuildListener& listener) override;
    std::shared_ptr<device::Module> load(std::span<const std::byte> binary) override;
    std::shared_ptr<device::QueueBackend> queue() override;

private:
    EmulatedCompiler compiler_;
    DeviceProfile profile_;
    std::atomic<std::uint32_t> queues_{0};
};

/// Whether work-items run in another order on each queue, so that a missing barrier changes results.
bool reorders_work_items(const Device& device);

}  // namespace abut::test
