// SPDX-License-Identifier: Apache-2.0
#include "support/host_module.hpp"

#include <span>
#include <utility>

#include "core/fail.hpp"
#include "support/file_bytes.hpp"
#include "support/host_memory.hpp"
#include "support/temporary_directory.hpp"

namespace abut::test {
namespace {

template <std::size_t>
using Place = std::uint64_t;

template <std::size_t... Index>
void call(void (*function)(), const std::array<std::uint64_t, sizeof...(Index)>& arguments, std::index_sequence<Index...>) {
    reinterpret_cast<void (*)(Place<Index>...)>(function)(arguments[Index]...);
}

std::shared_ptr<const SharedObject> loaded(std::span<const std::byte> binary) {
    const TemporaryDirectory folder;
    const auto path = folder.path() + "/program.so";
    write_file(path, binary);
    return std::make_shared<const SharedObject>(path);
}

}  // namespace

HostKernel::HostKernel(std::shared_ptr<const SharedObject> object, const std::string& name)
    : object_(std::move(object)),
      enter_group_(object_->function<void(std::uint64_t)>("enter_group")),
      function_(object_->function<void()>(name)) {}

std::uint64_t& HostKernel::argument(int index) {
    if (index >= 0 && std::cmp_less(index, most_parameters)) return arguments_[static_cast<std::size_t>(index)];
    core::fail_invalid("a kernel has no parameter {}: {} are possible", index, most_parameters);
}

void HostKernel::set(int index, const std::shared_ptr<device::Memory>& memory) {
    core::require(memory != nullptr, "argument {} of a kernel is an empty buffer", index);
    argument(index) = reinterpret_cast<std::uintptr_t>(address_of(*memory));
}

void HostKernel::set(int index, device::ScalarType type, std::int64_t value) {
    const bool is_integer = type == device::ScalarType::Int64 || type == device::ScalarType::Int32;
    core::require(is_integer, "argument {} of a kernel: expected an integer", index);
    argument(index) = static_cast<std::uint64_t>(value);
}

void HostKernel::run(std::int64_t group) const {
    enter_group_(static_cast<std::uint64_t>(group));
    call(function_, arguments_, std::make_index_sequence<most_parameters>());
}

HostModule::HostModule(std::vector<std::byte> binary) : binary_(std::move(binary)), object_(loaded(binary_)) {}

std::unique_ptr<device::Kernel> HostModule::kernel(const std::string& name) const {
    return std::make_unique<HostKernel>(object_, name);
}

}  // namespace abut::test
