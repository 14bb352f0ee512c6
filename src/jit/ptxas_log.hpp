// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "jit/kernel_resources.hpp"

namespace abut::jit {

/// What the assembler says of `kernel` when it is told -v; nothing where it does not name it.
std::optional<KernelResources> ptxas_resources(std::string_view log, std::string_view kernel);

}  // namespace abut::jit
