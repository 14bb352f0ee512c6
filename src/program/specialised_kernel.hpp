// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "abut/kernels.hpp"
#include "program/kernel_request.hpp"
#include "program/launch.hpp"

namespace abut::programs {

/// A variant that build() made, with the kernel object that all launches of it share.
struct BuiltVariant {
    Launch launch;
    std::unique_ptr<device::Kernel> instance;
};

}  // namespace abut::programs

namespace abut::inline v0 {

struct Packed::State {
    Buffer buffer;
    std::map<std::string, std::int64_t> offsets_bytes;  ///< by PackedConstant::key
    std::int64_t size_bytes = 0;
};

struct SpecialisedKernel::State {
    State(Device on, programs::KernelRequest asked);

    const Device device;
    const programs::KernelRequest request;
    const ops::TileTable tiles;
    const ops::LoweredStep promised;
    const std::optional<ops::LoweredStep> unaligned;

    std::mutex mutex;  ///< of what follows
    std::optional<programs::BuiltVariant> built;
    std::optional<programs::BuiltVariant> built_unaligned;
};

}  // namespace abut::inline v0
