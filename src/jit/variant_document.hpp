// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "jit/kernel_sources.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

/// All that distinguishes a variant, one field a line (jit/key_document.hpp) in a fixed order: what its spec says, the
/// version of the generator, and digests of the text that it made and of each file of kernels/ in it. No paths, times or
/// numbers of devices. Throws as generate_source().
std::string variant_document(const ops::KernelSpec& spec, const KernelSources& sources = kernel_source);

}  // namespace abut::jit
