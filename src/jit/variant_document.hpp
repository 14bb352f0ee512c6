// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "jit/kernel_sources.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

/// All that distinguishes a variant, one field a line (jit/key_document.hpp) in a fixed order: what its spec says, the
/// version of the generator, and digests of the text that it made and of each file of kernels/ in it. The preludes of all
/// languages count, so that one key serves whatever it is compiled as: a change of gpu/cuda.cu also rebuilds OpenCL's gpu/
/// variants. No paths, times or numbers of devices. Throws as generate_source().
std::string variant_document(const ops::KernelSpec& spec, const KernelSources& sources = kernel_source);

/// A variant: its document, and the key that names it.
struct VariantId {
    std::string key;
    std::string document;
    bool operator==(const VariantId&) const = default;
};

/// A document takes as long as a variant's text.
VariantId variant_id(const ops::KernelSpec& spec, const KernelSources& sources = kernel_source);
/// Of each spec, in their order.
std::vector<VariantId> variant_ids(std::span<const ops::KernelSpec> specs, const KernelSources& sources = kernel_source);

}  // namespace abut::jit
