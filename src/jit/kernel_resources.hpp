// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace abut::jit {

/// What a kernel takes of its device, where its compiler tells.
struct KernelResources {
    std::int64_t registers = 0;     ///< of a thread
    std::int64_t shared_bytes = 0;  ///< of a group, static
    std::int64_t spill_bytes = 0;   ///< stored to and loaded from local memory, since registers did not suffice
    bool operator==(const KernelResources&) const = default;
};

}  // namespace abut::jit
