// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "jit/ptx.hpp"

namespace abut::jit {

struct PtxAccess {
    bool stores = false;
    int bytes = 0;             ///< that move at once
    std::string_view address;  ///< as the instruction has it: "[%rd4+16]"
};

/// How an instruction accesses global memory, or memory that it does not name; nothing for all others. Throws Compiler for
/// an access to global memory that is not known here.
std::optional<PtxAccess> global_access(const PtxInstruction& instruction);

}  // namespace abut::jit
