// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "support/call_places.hpp"
#include "support/emulated_cuda/state.hpp"
#include "support/shared_object.hpp"
#include "support/work_group.hpp"

namespace abut::test {

/// A program in this process. Its work-items and its local memory are there once, so that one launch has it at a time.
struct EmulatedProgram {
    explicit EmulatedProgram(std::span<const std::byte> file)
        : object(loaded_object(file)),
          state(*object->function<emulated::State>("emulated_state")) {}

    std::shared_ptr<const SharedObject> object;
    emulated::State& state;
    std::mutex mutex;
};

class EmulatedKernel final : public device::Kernel {
public:
    EmulatedKernel(std::shared_ptr<EmulatedProgram> program, std::string name);
    void set(int index, const std::shared_ptr<device::Memory>& memory) override { arguments_.set(index, memory); }
    void set(int index, device::ScalarType type, std::int64_t value) override { arguments_.set(index, type, value); }
    /// Throws Device, as WorkGroup::run does.
    void run(const device::LaunchShape& shape, std::uint32_t seed) const;

private:
    static void call(void* kernel);

    std::shared_ptr<EmulatedProgram> program_;
    std::string name_;
    void (*function_)();
    CallPlaces arguments_;
};

/// A shared object that EmulatedCompiler made.
class EmulatedModule final : public device::Module {
public:
    /// Throws Device for bytes that are none.
    EmulatedModule(std::vector<std::byte> binary, std::vector<std::string> kernels);
    [[nodiscard]] std::unique_ptr<device::Kernel> kernel(const std::string& name) const override;
    [[nodiscard]] std::vector<std::byte> binary() const override { return binary_; }
    /// Of the kernels that were named to the constructor.
    [[nodiscard]] std::vector<std::byte> cubin() const;

private:
    std::vector<std::byte> binary_;
    std::vector<std::string> kernels_;
    std::shared_ptr<EmulatedProgram> program_;
};

}  // namespace abut::test
