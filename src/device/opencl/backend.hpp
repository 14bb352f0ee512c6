// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "device/backend.hpp"
#include "device/opencl/api.hpp"

namespace abut::inline v0::device::opencl {

class ClBackend final : public Backend {
public:
    ClBackend(cl::Context context, cl::Device device);
    [[nodiscard]] const DeviceProfile& profile() const override { return profile_; }
    [[nodiscard]] std::string identity() const override;
    std::shared_ptr<Memory> allocate(std::int64_t bytes) override;
    std::shared_ptr<Memory> import(const std::shared_ptr<Memory>& memory) override;
    std::shared_ptr<Module> build(const std::string& source, std::span<const std::string> kernels,
                                  const BuildListener& listener) override;
    std::shared_ptr<Module> load(std::span<const std::byte> binary) override;
    std::shared_ptr<QueueBackend> queue() override;

private:
    cl::Context context_;
    cl::Device device_;
    DeviceProfile profile_;
    /// By buffers of allocate_huge_pages, which may outlive this.
    std::shared_ptr<std::atomic<std::int64_t>> used_bytes_ = std::make_shared<std::atomic<std::int64_t>>(0);
};

}  // namespace abut::inline v0::device::opencl
