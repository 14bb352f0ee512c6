// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

namespace abut::jit {

/// What a kernel takes of a multiprocessor.
struct PtxasUsage {
    int registers = 0;     ///< of a thread
    int shared_bytes = 0;  ///< of a block, static
    int spill_bytes = 0;   ///< stored to and loaded from local memory, since registers did not suffice
};

/// What the assembler says of `kernel` when it is told -v; nothing where it does not name it.
std::optional<PtxasUsage> ptxas_usage(std::string_view log, std::string_view kernel);

}  // namespace abut::jit
