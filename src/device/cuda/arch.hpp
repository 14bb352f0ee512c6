// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "abut/device.hpp"

namespace abut::inline v0::device::cuda {

/// An architecture of NVIDIA's: "sm_90a" is {90, "a"}.
struct Arch {
    int number = 0;
    std::string suffix;  ///< "a" or "f": for this architecture, or its family, alone
};

/// Throws InvalidArgument for text that names none.
Arch parse_arch(std::string_view text);
std::string to_string(const Arch& arch);
/// What kernels for devices of `arch` are built for: from 9.0 on "a", since a cubin serves its own architecture alone there,
/// and what has no suffix leaves out instructions that all of its devices have. Other suffixes stay.
Arch arch_of_devices(Arch arch);
/// Multiprocessors of the largest chip of the architecture; of one not known, of the largest chip there is.
int multiprocessors_of(const Arch& arch);

/// What to compile for.
struct Target {
    std::string arch;
    bool exact = true;  ///< false: an older one, whose PTX the driver compiles for the device
};

/// `known` are the architectures of the compiler. Throws Compiler, naming them, where none serves.
Target target_for(const Arch& wanted, std::span<const int> known, std::string_view compiler);

}  // namespace abut::inline v0::device::cuda
