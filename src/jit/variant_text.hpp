// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <vector>

#include "jit/kernel_sources.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

struct KernelText {
    std::string text;
    std::set<std::string> files;       ///< of kernels/, that went into it; without those of callees
    std::vector<std::string> callees;  ///< STEM_DIGEST of the document of each
};

/// The text of one kernel, STEM_KEY, that follows the prelude of its family: its callees, its constants as macros, the files
/// of its stem with their includes in place, and the entry point. Macros are taken back at the end, so that texts can follow
/// one another. Throws as generate_source().
KernelText kernel_text(const ops::KernelSpec& spec, const std::string& key, const KernelSources& sources);

}  // namespace abut::jit
