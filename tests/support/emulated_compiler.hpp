// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace abut::test {

/// Compiles CUDA's C++, as the gpu/ kernels use it, for the processor that this runs on: g++ behind emulated_cuda/cuda.hpp.
/// In a build of the tests with the address sanitizer the kernels have it, too. Immutable, thread-safe.
class EmulatedCompiler {
public:
    /// Throws Unsupported, with what to install, where there is no g++.
    EmulatedCompiler();
    /// A shared object that defines `emulated_state`, the named kernels and "NAME_signature" of each. Throws Compiler with
    /// the log.
    [[nodiscard]] std::vector<std::byte> compile(const std::string& source, std::span<const std::string> kernels) const;
    /// All that its results depend on, one "name=value" a line.
    [[nodiscard]] const std::string& identity() const noexcept { return identity_; }

private:
    std::string identity_;
};

}  // namespace abut::test
