// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "cli/context.hpp"
#include "jit/explain_miss.hpp"

namespace abut::cli {

/// As `abut cache warm` compiles the model in that mode.
CompileOptions compile_options(const CacheWarmOptions& options, ConcatMode mode, const Device& device);

/// What a model needs on a device.
struct WantedModel {
    std::vector<jit::WantedVariant> variants;  ///< each once, in the order in which steps need them
    /// Of variants that it would have if their class had not collapsed: the class, and how many they are.
    std::map<std::string, std::size_t> collapsed;
};
/// Compiles nothing.
WantedModel wanted_model(const CacheWarmOptions& options, const Device& device, Context& context);

/// The variants of that.
std::vector<jit::WantedVariant> wanted_variants(const CacheWarmOptions& options, const Device& device, Context& context);

}  // namespace abut::cli
