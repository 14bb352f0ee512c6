// SPDX-License-Identifier: Apache-2.0
#include "core/fail.hpp"
#include "device/backend.hpp"
#include "device/cuda/cuda.hpp"
#include "device/cuda/nvrtc.hpp"
#include "device/cuda/platform.hpp"

namespace abut::inline v0::device::cuda {
namespace {

[[noreturn]] void refuse(const std::string& arch, const char* what) {
    core::fail(ErrorCode::Device, "{} is an architecture without a device: it builds kernels, but can't {}", arch, what);
}

class OfflineModule final : public Module {
public:
    OfflineModule(std::string arch, std::vector<std::byte> cubin) : arch_(std::move(arch)), cubin_(std::move(cubin)) {}
    [[nodiscard]] std::unique_ptr<Kernel> kernel(const std::string&) const override { refuse(arch_, "run them"); }
    [[nodiscard]] std::vector<std::byte> binary() const override { return cubin_; }

private:
    std::string arch_;
    std::vector<std::byte> cubin_;
};

class OfflineBackend final : public Backend {
public:
    explicit OfflineBackend(const Arch& arch) : arch_(arch), name_(to_string(arch)), profile_(profile_of(name_)) {}
    [[nodiscard]] const DeviceProfile& profile() const override { return profile_; }
    [[nodiscard]] std::string identity() const override { return identity_of(name_); }
    [[nodiscard]] SourceLanguage language() const override { return SourceLanguage::Cuda; }
    std::shared_ptr<Memory> allocate(std::int64_t) override { refuse(name_, "allocate memory"); }
    std::shared_ptr<Memory> import(const std::shared_ptr<Memory>&) override { refuse(name_, "take memory"); }
    std::shared_ptr<Module> build(const std::string& source, std::span<const std::string> kernels,
                                  const BuildListener& listener) override;
    /// What the cache has need not be built again.
    std::shared_ptr<Module> load(std::span<const std::byte> binary) override {
        return std::make_shared<OfflineModule>(name_, std::vector(binary.begin(), binary.end()));
    }
    std::shared_ptr<QueueBackend> queue() override { refuse(name_, "make a queue"); }

private:
    Arch arch_;
    std::string name_;
    DeviceProfile profile_;
    Nvrtc nvrtc_;
};

std::shared_ptr<Module> OfflineBackend::build(const std::string& source, std::span<const std::string> kernels,
                                              const BuildListener& listener) {
    auto compiled = nvrtc_.compile(source, arch_);
    // Without a device nothing would make code of the PTX.
    if (!compiled.exact) core::fail(ErrorCode::Compiler, "the NVRTC that was found does not know {}", name_);
    if (listener.compiled) listener.compiled(compiled);
    if (listener.generated) listener.generated(static_cast<int>(kernels.size()));
    return std::make_shared<OfflineModule>(name_, std::move(compiled.cubin));
}

}  // namespace

std::shared_ptr<Backend> offline(std::string_view arch) {
    return std::make_shared<OfflineBackend>(arch_of_devices(parse_arch(arch)));
}

}  // namespace abut::inline v0::device::cuda
