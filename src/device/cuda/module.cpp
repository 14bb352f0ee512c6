// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/module.hpp"

#include <algorithm>
#include <limits>

#include "core/fail.hpp"
#include "device/cuda/memory.hpp"
#include "device/cuda/platform.hpp"

namespace abut::inline v0::device::cuda {
namespace {

bool is_image_refused(Result code) {
    return code == unsupported_ptx_version || code == no_binary_for_gpu || code == invalid_ptx || code == invalid_image;
}

bool is_cubin(const Image& image) {
    constexpr std::byte elf_magic[] = {std::byte{0x7f}, std::byte{'E'}, std::byte{'L'}, std::byte{'F'}};
    return image.size() >= std::size(elf_magic) && std::equal(std::begin(elf_magic), std::end(elf_magic), image.begin());
}

Owned<ModuleHandle> load(const std::shared_ptr<const Context>& context, const Image& image) {
    const auto& driver = context->driver();
    ModuleHandle module = nullptr;
    const Result code = context->result_of(driver.module_load, &module, static_cast<const void*>(image.data()));
    if (is_image_refused(code)) {
        core::fail(ErrorCode::Device,
                   "loading {} for {}: {} returned {}; the driver knows CUDA {}: update it, or use an older NVRTC",
                   is_cubin(image) ? "a cubin" : "PTX", arch_of(driver, context->device()), driver.module_load.name,
                   driver.code_text(code), driver_version_text(driver));
    }
    if (code != success) driver.refuse("loading a module", driver.module_load.name, code);
    return {context, module, &Driver::module_unload};
}

}  // namespace

CudaModule::CudaModule(std::shared_ptr<const Context> context, Image image)
    : context_(std::move(context)),
      image_(std::move(image)),
      module_(load(context_, image_)) {}

std::unique_ptr<Kernel> CudaModule::kernel(const std::string& name) const {
    FunctionHandle function = nullptr;
    context_->run("looking up the kernel " + name, context_->driver().module_function, &function, module_.get(),
                  name.c_str());
    return std::make_unique<CudaKernel>(context_, shared_from_this(), function);
}

void CudaKernel::store(int index, std::int64_t value) {
    if (index < 0) core::fail_invalid("a kernel has no argument {}", index);
    const auto at = static_cast<std::size_t>(index);
    if (at >= values_.size()) {
        values_.resize(at + 1);
        is_set_.resize(at + 1);
        pointers_.resize(at + 1);
        std::ranges::transform(values_, pointers_.begin(), [](std::int64_t& stored) -> void* { return &stored; });
    }
    values_[at] = value;
    is_set_[at] = true;
}

void CudaKernel::set(int index, const std::shared_ptr<Memory>& memory) {
    if (!memory) core::fail_invalid("argument {} of a kernel is an empty buffer", index);
    const auto& of_cuda = cuda_memory(*memory);
    require_memory_of(of_cuda, *context_);
    store(index, static_cast<std::int64_t>(of_cuda.address()));
}

void CudaKernel::set(int index, ScalarType type, std::int64_t value) {
    if (type == ScalarType::Pointer) throw Error(ErrorCode::InvalidArgument, "a number was given for a pointer argument");
    // The low half of a little-endian number is its 32-bit form.
    store(index, value);
}

KernelNodeParameters CudaKernel::parameters_for(const LaunchShape& shape, const Context& context) {
    constexpr std::int64_t most_groups = std::numeric_limits<std::int32_t>::max();
    constexpr std::int64_t most_local = 1024;
    if (shape.groups < 0 || shape.groups > most_groups || shape.local < 1 || shape.local > most_local) {
        core::fail_invalid("a launch of {} groups of {}: expected 0 to {} groups of 1 to {}", shape.groups, shape.local,
                           most_groups, most_local);
    }
    if (const auto missing = std::ranges::find(is_set_, false); missing != is_set_.end())
        core::fail_invalid("argument {} of a kernel was not set", missing - is_set_.begin());
    if (context.handle() != context_->handle()) {
        core::fail_invalid("a kernel of {} was launched on {}", device_text(context.driver(), context_->device()),
                           device_text(context.driver(), context.device()));
    }
    return {.function = function_,
            .grid_x = static_cast<unsigned>(shape.groups),
            .block_x = static_cast<unsigned>(shape.local),
            .parameters = pointers_.data()};
}

CudaKernel& cuda_kernel(Kernel& kernel) {
    auto* of_cuda = dynamic_cast<CudaKernel*>(&kernel);
    if (of_cuda != nullptr) return *of_cuda;
    throw Error(ErrorCode::InvalidArgument, "expected a kernel of a CUDA device");
}

}  // namespace abut::inline v0::device::cuda
