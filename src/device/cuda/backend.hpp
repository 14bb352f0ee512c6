// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "device/backend.hpp"
#include "device/cuda/context.hpp"
#include "device/cuda/memory.hpp"
#include "device/cuda/nvrtc.hpp"

namespace abut::inline v0::device::cuda {

class CudaBackend final : public Backend {
public:
    explicit CudaBackend(std::shared_ptr<const Context> context);
    [[nodiscard]] const DeviceProfile& profile() const override { return profile_; }
    [[nodiscard]] std::string identity() const override;
    [[nodiscard]] SourceLanguage language() const override { return SourceLanguage::Cuda; }
    std::shared_ptr<Memory> allocate(std::int64_t bytes) override { return allocator_.allocate(bytes); }
    std::shared_ptr<Memory> import(const std::shared_ptr<Memory>& memory) override;
    std::shared_ptr<Module> build(const std::string& source, std::span<const std::string> kernels,
                                  const BuildListener& listener) override;
    std::shared_ptr<Module> load(std::span<const std::byte> binary) override;
    std::shared_ptr<QueueBackend> queue() override;
    std::unique_ptr<LaunchGraph> graph(std::span<const GraphNode> nodes) override;

private:
    std::shared_ptr<const Context> context_;
    DeviceProfile profile_;
    Arch arch_;
    Allocator allocator_;
    Nvrtc nvrtc_;
};

}  // namespace abut::inline v0::device::cuda
