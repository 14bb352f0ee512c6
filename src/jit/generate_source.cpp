// SPDX-License-Identifier: Apache-2.0
#include "jit/generate_source.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <set>
#include <string_view>

#include "core/fail.hpp"
#include "jit/variant_text.hpp"

namespace abut::jit {
namespace {

using device::SourceLanguage;

std::string prelude_text(const std::string& family, const KernelSources& sources, SourceLanguage language) {
    std::string text;
    for (const auto& path : prelude_files(family, language)) text += fmt::format("#line 1 \"{}\"\n{}", path, sources(path));
    return text;
}

}  // namespace

std::vector<std::string> prelude_files(const std::string& family, SourceLanguage language) {
    if (family != "gpu") {
        if (language == SourceLanguage::OpenCl) return {family + "/prelude.cl", "functions.cl"};
        core::fail(ErrorCode::Unsupported, "kernels of the family '{}' are not for CUDA, expected gpu", family);
    }
    return {language == SourceLanguage::OpenCl ? "gpu/opencl.cl" : "gpu/cuda.cu", "gpu/prelude.cl", "functions.cl"};
}

std::string variant_key(const ops::KernelSpec& spec, const KernelSources& sources) {
    return variant_id(spec, sources).key;
}

std::string kernel_name(const ops::KernelSpec& spec, const VariantId& id) {
    return fmt::format("{}_{}", spec.stem, id.key);
}

std::string kernel_name(const ops::KernelSpec& spec, const KernelSources& sources) {
    return kernel_name(spec, variant_id(spec, sources));
}

std::string generate_source(std::span<const ops::KernelSpec> specs, std::span<const VariantId> ids,
                            const KernelSources& sources, SourceLanguage language) {
    core::require(!specs.empty(), "a program needs at least one kernel");
    core::require(ids.size() == specs.size(), "a program of {} kernels has ids of {}", specs.size(), ids.size());
    const auto& family = specs.front().family;
    auto program = prelude_text(family, sources, language);
    std::set<std::string> seen;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto& spec = specs[i];
        core::require(spec.family == family, "kernels of the families '{}' and '{}' can't share a program", family,
                      spec.family);
        if (seen.insert(kernel_name(spec, ids[i])).second) program += kernel_text(spec, ids[i].key, sources).text;
    }
    return program;
}

std::string generate_source(std::span<const ops::KernelSpec> specs, const KernelSources& sources, SourceLanguage language) {
    return generate_source(specs, variant_ids(specs, sources), sources, language);
}

}  // namespace abut::jit
