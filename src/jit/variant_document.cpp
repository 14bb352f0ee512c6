// SPDX-License-Identifier: Apache-2.0
#include "jit/variant_document.hpp"

#include <fmt/format.h>

#include <set>
#include <utility>

#include "core/hash.hpp"
#include "jit/generate_source.hpp"
#include "jit/key_document.hpp"
#include "jit/variant_text.hpp"

namespace abut::jit {
namespace {

constexpr int document_schema = 1;
/// Rises where programs that are made of the same texts would be built, reflected or bound in another way.
constexpr int generator_version = 1;

std::string_view kind_name(ops::ParameterKind kind) {
    if (kind == ops::ParameterKind::Scalar) return "scalar";
    return kind == ops::ParameterKind::Read ? "read" : "write";
}

void add_parameters(const ops::KernelSpec& spec, std::string& document) {
    std::string names;
    for (const auto& parameter : spec.parameters) names += (names.empty() ? "" : ", ") + parameter.name;
    add_field("parameters", names, document);
    for (const auto& parameter : spec.parameters) {
        const auto add = [&](std::string_view what, std::string_view value) {
            add_field(fmt::format("parameter {} {}", parameter.name, what), value, document);
        };
        add("kind", kind_name(parameter.kind));
        if (parameter.kind != ops::ParameterKind::Scalar) add("type", to_string(parameter.dtype));
        add("guard", std::to_string(parameter.guard));
    }
}

/// The files of the variant, and the preludes of all languages: one key names a variant whatever it is compiled as.
std::set<std::string> files_in(const ops::KernelSpec& spec, const KernelText& text) {
    auto files = text.files;
    for (const auto language : {device::SourceLanguage::OpenCl, device::SourceLanguage::Cuda}) {
        if (language == device::SourceLanguage::Cuda && spec.family != "gpu") continue;
        for (auto& path : prelude_files(spec.family, language)) files.insert(std::move(path));
    }
    return files;
}

}  // namespace

std::string variant_document(const ops::KernelSpec& spec, const KernelSources& sources) {
    const auto text = kernel_text(spec, "KEY", sources);
    std::string document;
    add_field("schema", std::to_string(document_schema), document);
    add_field("generator", std::to_string(generator_version), document);
    add_field("family", spec.family, document);
    add_field("stem", spec.stem, document);
    add_field("items", std::to_string(spec.items), document);
    add_field("local floats", std::to_string(spec.local_floats), document);
    add_parameters(spec, document);
    for (const auto& constant : spec.constants) add_field("constant " + constant.name, constant.text, document);
    for (std::size_t i = 0; i < text.callees.size(); ++i) add_field(fmt::format("callee {}", i), text.callees[i], document);
    for (const auto& path : files_in(spec, text)) add_field("file " + path, core::hash_hex(sources(path)), document);
    add_field("text", core::hash_hex(text.text), document);
    return document;
}

VariantId variant_id(const ops::KernelSpec& spec, const KernelSources& sources) {
    auto document = variant_document(spec, sources);
    auto key = sources.hash(document);
    return {.key = std::move(key), .document = std::move(document)};
}

std::vector<VariantId> variant_ids(std::span<const ops::KernelSpec> specs, const KernelSources& sources) {
    std::vector<VariantId> ids;
    for (const auto& spec : specs) ids.push_back(variant_id(spec, sources));
    return ids;
}

}  // namespace abut::jit
