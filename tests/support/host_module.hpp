// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "support/call_places.hpp"
#include "support/shared_object.hpp"

namespace abut::test {

/// A function of this process, and its arguments.
class HostKernel final : public device::Kernel {
public:
    HostKernel(std::shared_ptr<const SharedObject> object, const std::string& name);
    void set(int index, const std::shared_ptr<device::Memory>& memory) override { arguments_.set(index, memory); }
    void set(int index, device::ScalarType type, std::int64_t value) override { arguments_.set(index, type, value); }
    void run(std::int64_t group) const;

private:
    std::shared_ptr<const SharedObject> object_;
    void (*enter_group_)(std::uint64_t);
    void (*function_)();
    CallPlaces arguments_;
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
