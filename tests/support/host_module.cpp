// SPDX-License-Identifier: Apache-2.0
#include "support/host_module.hpp"

#include <utility>

namespace abut::test {

HostKernel::HostKernel(std::shared_ptr<const SharedObject> object, const std::string& name)
    : object_(std::move(object)),
      enter_group_(object_->function<void(std::uint64_t)>("enter_group")),
      function_(object_->function<void()>(name)) {}

void HostKernel::run(std::int64_t group) const {
    enter_group_(static_cast<std::uint64_t>(group));
    arguments_.call(function_);
}

HostModule::HostModule(std::vector<std::byte> binary) : binary_(std::move(binary)), object_(loaded_object(binary_)) {}

std::unique_ptr<device::Kernel> HostModule::kernel(const std::string& name) const {
    return std::make_unique<HostKernel>(object_, name);
}

}  // namespace abut::test
