// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "device/opencl/api.hpp"

namespace abut::inline v0::device::opencl {

/// Throws InvalidArgument for a kernel of another backend.
cl::Kernel& of_opencl(Kernel& kernel);

/// A program that is built for one device. Thread-safe.
class ClModule final : public Module {
public:
    ClModule(cl::Program program, const cl::Device& device) : program_(std::move(program)), device_(device()) {}
    [[nodiscard]] std::unique_ptr<Kernel> kernel(const std::string& name) const override;
    [[nodiscard]] std::vector<std::byte> binary() const override;

private:
    /// Whether there is a kernel of it, or a launch that has not ended, which keeps its kernel.
    [[nodiscard]] bool is_in_use() const;

    mutable std::mutex no_new_kernels_;
    cl::Program program_;
    cl_device_id device_;  ///< the program's context keeps it
};

/// As Backend::build.
std::shared_ptr<ClModule> build_module(const cl::Context& context, const cl::Device& device, const std::string& source,
                                       std::span<const std::string> kernels, const std::function<void(int)>& generated);
/// As Backend::load.
std::shared_ptr<ClModule> load_module(const cl::Context& context, const cl::Device& device,
                                      std::span<const std::byte> binary);

/// The options of every build; part of the device's identity.
extern const char* const build_options;

}  // namespace abut::inline v0::device::opencl
