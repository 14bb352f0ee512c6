// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cli/context.hpp"
#include "jit/explain_miss.hpp"

namespace abut::cli {

/// As `abut cache warm` compiles the model in that mode.
CompileOptions compile_options(const CacheWarmOptions& options, ConcatMode mode, const Device& device);

/// The variants that the model needs on the device, each once, in the order in which steps need them. Compiles nothing.
std::vector<jit::WantedVariant> wanted_variants(const CacheWarmOptions& options, const Device& device, Context& context);

}  // namespace abut::cli
