// SPDX-License-Identifier: Apache-2.0
#include "support/emulated_module.hpp"

#include <utility>

#include "core/fail.hpp"
#include "support/emulated_cubin.hpp"

namespace abut::test {

EmulatedKernel::EmulatedKernel(std::shared_ptr<EmulatedProgram> program, std::string name)
    : program_(std::move(program)),
      name_(std::move(name)),
      function_(program_->object->function<void()>(name_)) {}

void EmulatedKernel::call(void* kernel) {
    const auto* const called = static_cast<const EmulatedKernel*>(kernel);
    called->arguments_.call(called->function_);
}

void EmulatedKernel::run(const device::LaunchShape& shape, std::uint32_t seed) const {
    constexpr std::int64_t most_items = 1024;
    core::require(shape.groups >= 0 && shape.local >= 1 && shape.local <= most_items,
                  "expected groups >= 0 of 1 to {} work-items", most_items);
    const std::scoped_lock lock(program_->mutex);
    WorkGroup work_group(program_->state, seed);
    try {
        for (std::int64_t group = 0; group < shape.groups; ++group) {
            work_group.run(static_cast<unsigned>(group), static_cast<unsigned>(shape.local), &EmulatedKernel::call,
                           const_cast<EmulatedKernel*>(this));
        }
    } catch (const Error& error) {
        core::fail(error.code(), "kernel {}, {}", name_, error.what());
    }
}

EmulatedModule::EmulatedModule(std::vector<std::byte> binary, std::vector<std::string> kernels)
    : binary_(std::move(binary)),
      kernels_(std::move(kernels)),
      program_(std::make_shared<EmulatedProgram>(binary_)) {}

std::unique_ptr<device::Kernel> EmulatedModule::kernel(const std::string& name) const {
    return std::make_unique<EmulatedKernel>(program_, name);
}

std::vector<std::byte> EmulatedModule::cubin() const {
    std::vector<SignedKernel> kernels;
    for (const auto& name : kernels_)
        kernels.push_back({name, *program_->object->function<const emulated::Signature>(name + "_signature")});
    return cubin_of(kernels);
}

}  // namespace abut::test
