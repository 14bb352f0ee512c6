// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "device/cuda/context.hpp"

namespace abut::inline v0::device::cuda {

/// What the driver takes as a module: a cubin, or PTX with its closing zero.
using Image = std::vector<std::byte>;

/// A module in a context.
class CudaModule final : public Module, public std::enable_shared_from_this<CudaModule> {
public:
    CudaModule(std::shared_ptr<const Context> context, Image image);
    [[nodiscard]] std::unique_ptr<Kernel> kernel(const std::string& name) const override;
    [[nodiscard]] std::vector<std::byte> binary() const override { return image_; }

private:
    std::shared_ptr<const Context> context_;
    Image image_;
    Owned<ModuleHandle> module_;
};

class CudaKernel final : public Kernel {
public:
    CudaKernel(std::shared_ptr<const Context> context, std::shared_ptr<const Module> module, FunctionHandle function)
        : context_(std::move(context)),
          module_(std::move(module)),
          function_(function) {}
    void set(int index, const std::shared_ptr<Memory>& memory) override;
    void set(int index, ScalarType type, std::int64_t value) override;
    /// How to launch it with the arguments set; valid until the next set. Throws InvalidArgument where an argument is
    /// missing, where the shape is none, and where `context` isn't the kernel's.
    KernelNodeParameters parameters_for(const LaunchShape& shape, const Context& context);

private:
    void store(int index, std::int64_t value);

    std::shared_ptr<const Context> context_;
    std::shared_ptr<const Module> module_;  ///< keeps the function
    FunctionHandle function_;
    std::vector<std::int64_t> values_;  ///< the driver reads as many bytes of each as the parameter has
    std::vector<bool> is_set_;
    std::vector<void*> pointers_;
};

/// Throws InvalidArgument for a kernel of another backend.
CudaKernel& cuda_kernel(Kernel& kernel);

}  // namespace abut::inline v0::device::cuda
