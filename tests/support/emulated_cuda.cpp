// SPDX-License-Identifier: Apache-2.0
#include "support/emulated_cuda.hpp"

#include "core/fail.hpp"
#include "support/emulated_module.hpp"
#include "support/host_memory.hpp"

namespace abut::test {
namespace {

class EmulatedQueue final : public HostQueue {
public:
    explicit EmulatedQueue(std::uint32_t seed) : seed_(seed) {}
    std::shared_ptr<device::EventBackend> launch(device::Kernel& kernel, const device::LaunchShape& shape,
                                                 std::span<const std::shared_ptr<device::EventBackend>> wait,
                                                 bool signal) override {
        const auto* emulated = dynamic_cast<const EmulatedKernel*>(&kernel);
        core::require(emulated != nullptr, "expected a kernel of emulated CUDA");
        auto done = marker(wait);
        emulated->run(shape, seed_);
        return signal ? done : nullptr;
    }

private:
    std::uint32_t seed_;
};

DeviceProfile emulated_profile() {
    DeviceProfile profile;
    profile.name = "CUDA emulated on this processor";
    profile.selector = EmulatedCuda::selector;
    profile.is_cpu = false;
    profile.kernels = KernelFamily::Gpu;
    profile.compute_units = 132;
    profile.vector_bytes = 16;
    profile.vector_registers = 255 * 4 / 16;
    profile.buffer_alignment_bytes = HostAllocation::alignment;
    profile.memory_bytes = std::int64_t{1} << 30;
    profile.max_allocation_bytes = profile.memory_bytes;
    return profile;
}

}  // namespace

EmulatedCuda::EmulatedCuda() : profile_(emulated_profile()) {}

std::shared_ptr<device::Memory> EmulatedCuda::allocate(std::int64_t bytes) {
    core::require(bytes >= 0, "a buffer of {} bytes was asked for", bytes);
    if (bytes <= profile_.max_allocation_bytes) return std::make_shared<HostAllocation>(bytes);
    core::fail(ErrorCode::OutOfMemory, "no buffer of {} bytes on {}: it allows {} bytes a buffer", bytes, profile_.name,
               profile_.max_allocation_bytes);
}

std::shared_ptr<device::Memory> EmulatedCuda::import(const std::shared_ptr<device::Memory>& memory) {
    static_cast<void>(address_of(*memory));
    return memory;
}

std::shared_ptr<device::Module> EmulatedCuda::build(const std::string& source, std::span<const std::string> kernels,
                                                    const device::BuildListener& listener) {
    auto module =
        std::make_shared<EmulatedModule>(compiler_.compile(source, kernels), std::vector(kernels.begin(), kernels.end()));
    if (listener.compiled) listener.compiled({.cubin = module->cubin(), .ptx = {}, .log = {}});
    if (listener.generated) listener.generated(static_cast<int>(kernels.size()));
    return module;
}

std::shared_ptr<device::Module> EmulatedCuda::load(std::span<const std::byte> binary) {
    return std::make_shared<EmulatedModule>(std::vector(binary.begin(), binary.end()), std::vector<std::string>());
}

std::shared_ptr<device::QueueBackend> EmulatedCuda::queue() {
    return std::make_shared<EmulatedQueue>(++queues_);
}

bool reorders_work_items(const Device& device) {
    return dynamic_cast<const EmulatedCuda*>(device.backend().get()) != nullptr;
}

}  // namespace abut::test
