// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace abut::cli {

/// The machine code of a kernel in an entry's binary as a disassembler prints it: objdump for the shared objects in what
/// PoCL stores, nvdisasm for a cubin; PTX is text already. Throws Unsupported, with the package to install, where the tool
/// is missing or the binary is of another kind.
std::string machine_code_text(std::span<const std::byte> binary, const std::string& kernel);

}  // namespace abut::cli
