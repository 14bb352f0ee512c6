// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "support/shared_object.hpp"

namespace abut::test {

/// A function of this process, and its arguments. Pointers and integers of up to 64 bits take one place each of a call (the
/// System V ABI of x86-64), and a callee ignores places that it has no parameter for: one form of call serves every kernel.
class HostKernel final : public device::Kernel {
public:
    /// What OpenCL promises at least: 1024 bytes (CL_DEVICE_MAX_PARAMETER_SIZE).
    static constexpr std::size_t most_parameters = 128;

    HostKernel(std::shared_ptr<const SharedObject> object, const std::string& name);
    void set(int index, const std::shared_ptr<device::Memory>& memory) override;
    void set(int index, device::ScalarType type, std::int64_t value) override;
    void run(std::int64_t group) const;

private:
    std::uint64_t& argument(int index);

    std::shared_ptr<const SharedObject> object_;
    void (*enter_group_)(std::uint64_t);
    void (*function_)();
    std::array<std::uint64_t, most_parameters> arguments_{};
};

/// A shared object that HostCompiler made.
class HostModule final : public device::Module {
public:
    /// Throws Device for bytes that are none.
    explicit HostModule(std::vector<std::byte> binary);
    [[nodiscard]] std::unique_ptr<device::Kernel> kernel(const std::string& name) const override;
    [[nodiscard]] std::vector<std::byte> binary() const override { return binary_; }

private:
    std::vector<std::byte> binary_;
    std::shared_ptr<const SharedObject> object_;
};

}  // namespace abut::test
