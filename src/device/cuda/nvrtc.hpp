// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "device/cuda/arch.hpp"

namespace abut::inline v0::device::cuda {

/// Options of every compilation beside the architecture, which decide the code with it.
inline constexpr const char* compile_options[] = {"--std=c++17", "--fmad=false", "--ptxas-options=-v"};

/// NVIDIA's compiler as a library, which is looked up when first used: kernels from the cache need none. Thread-safe.
class Nvrtc {
public:
    Nvrtc();
    ~Nvrtc();
    /// Throws Unsupported where the library is not found, Compiler with the log where it refuses the text.
    [[nodiscard]] CompiledText compile(const std::string& source, const Arch& arch);

private:
    struct Library;
    const Library& library();

    std::mutex mutex_;
    std::unique_ptr<const Library> library_;
};

}  // namespace abut::inline v0::device::cuda
