// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/backend.hpp"

#include <fmt/format.h>

#include "core/fail.hpp"
#include "device/cuda/cuda.hpp"
#include "device/cuda/graph.hpp"
#include "device/cuda/module.hpp"
#include "device/cuda/platform.hpp"
#include "device/cuda/queue.hpp"

namespace abut::inline v0::device::cuda {
namespace {

[[noreturn]] void throw_no_device(const Driver& driver, int count) {
    std::string found;
    for (int i = 0; i < count; ++i) found += (i > 0 ? ", " : "") + device_text(driver, i);
    core::fail(ErrorCode::Device, "found {}", found.empty() ? "no CUDA device" : found);
}

std::shared_ptr<Backend> opened(int index) {
    auto driver = load_driver();
    const int count = device_count(*driver);
    if (index < 0 || index >= count) throw_no_device(*driver, count);
    return std::make_shared<CudaBackend>(Context::primary(std::move(driver), index));
}

}  // namespace

CudaBackend::CudaBackend(std::shared_ptr<const Context> context)
    : context_(std::move(context)),
      profile_(profile_of(context_->driver(), context_->device())),
      arch_(arch_of_devices(parse_arch(arch_of(context_->driver(), context_->device())))),
      allocator_(context_) {}

std::string CudaBackend::identity() const {
    return identity_of(to_string(arch_));
}

std::shared_ptr<Memory> CudaBackend::import(const std::shared_ptr<Memory>& memory) {
    if (dynamic_cast<const HostMemory*>(memory.get()) != nullptr)
        core::fail_invalid("{} can't use host memory in place: copy it to a buffer", profile_.name);
    require_memory_of(cuda_memory(*memory), *context_);
    return memory;
}

std::shared_ptr<Module> CudaBackend::build(const std::string& source, std::span<const std::string> kernels,
                                           const BuildListener& listener) {
    auto compiled = nvrtc_.compile(source, arch_);
    if (listener.compiled) listener.compiled(compiled);
    auto module =
        std::make_shared<CudaModule>(context_, compiled.exact ? std::move(compiled.cubin) : std::move(compiled.ptx));
    // A driver that loads kernels one by one, when they are first asked for, does it here and not at the first launch.
    for (const auto& name : kernels) static_cast<void>(module->kernel(name));
    if (listener.generated) listener.generated(static_cast<int>(kernels.size()));
    return module;
}

std::shared_ptr<Module> CudaBackend::load(std::span<const std::byte> binary) {
    return std::make_shared<CudaModule>(context_, Image(binary.begin(), binary.end()));
}

std::shared_ptr<QueueBackend> CudaBackend::queue() {
    return std::make_shared<CudaQueue>(context_, new_stream(context_));
}

std::unique_ptr<LaunchGraph> CudaBackend::graph(std::span<const GraphNode> nodes) {
    return std::make_unique<CudaGraph>(context_, nodes);
}

std::shared_ptr<Backend> open(int index) try { return opened(index); } catch (const Error& error) {
    core::fail(error.code(), "no device cuda:{}: {}", index, error.what());
}

std::shared_ptr<Backend> wrap(CUcontext context) {
    if (context == nullptr) throw Error(ErrorCode::InvalidArgument, "the CUcontext to wrap is null");
    return std::make_shared<CudaBackend>(Context::of_caller(load_driver(), context));
}

}  // namespace abut::inline v0::device::cuda
