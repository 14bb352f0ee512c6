// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "jit/kernel_sources.hpp"
#include "jit/variant_document.hpp"
#include "ops/kernel_spec.hpp"

/// From a KernelSpec to program text. Pure; throws InvalidArgument for a spec that no text can be made of, Unsupported for a
/// template that this build lacks.
namespace abut::jit {

/// Files that stand before the variants of a family: what its texts need of the language, then what is written in that.
/// Throws Unsupported for a family that is not for `language`.
std::vector<std::string> prelude_files(const std::string& family, device::SourceLanguage language);
/// Hash of the variant's document, 32 hexadecimal digits.
std::string variant_key(const ops::KernelSpec& spec, const KernelSources& sources = kernel_source);
/// Entry point of the variant: "STEM_KEY".
std::string kernel_name(const ops::KernelSpec& spec, const VariantId& id);
std::string kernel_name(const ops::KernelSpec& spec, const KernelSources& sources = kernel_source);
/// The source of one program with a kernel for each of `specs`, all of one family; a spec that repeats counts once. `ids`
/// are theirs. Throws Unsupported for a family that has no prelude in `language`.
std::string generate_source(std::span<const ops::KernelSpec> specs, std::span<const VariantId> ids,
                            const KernelSources& sources, device::SourceLanguage language);
/// Likewise, where the ids are not known yet.
std::string generate_source(std::span<const ops::KernelSpec> specs, const KernelSources& sources = kernel_source,
                            device::SourceLanguage language = device::SourceLanguage::OpenCl);

}  // namespace abut::jit
