// SPDX-License-Identifier: Apache-2.0
#include "jit/generate_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fail.hpp"
#include "core/hash.hpp"

namespace abut::jit {
namespace {

/// Text of one variant as it grows, with the macros that it has to take back at its end.
struct VariantText {
    std::string kernel;  ///< its entry point, named in every message of a compiler
    std::string text;
    std::vector<std::string> macros;
    std::set<std::string> included;

    void set_line(int line, std::string_view path) { text += fmt::format("#line {} \"{} ({})\"\n", line, path, kernel); }
};

bool is_identifier(std::string_view name) {
    const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    return !name.empty() && !std::isdigit(static_cast<unsigned char>(name.front())) && std::ranges::all_of(name, letter);
}

void require_identifier(std::string_view name, std::string_view what, const ops::KernelSpec& spec) {
    core::require(is_identifier(name), "kernel {}/{}: {} '{}' is no identifier", spec.family, spec.stem, what, name);
}

void remember_macro(std::string_view name, VariantText& out) {
    if (std::ranges::find(out.macros, name) == out.macros.end()) out.macros.emplace_back(name);
}

void define(std::string_view name, std::string_view value, VariantText& out) {
    out.text += fmt::format("#define {} ", name);
    // A macro is one logical line.
    for (const char c : value) out.text += c == '\n' ? std::string("\\\n") : std::string(1, c);
    out.text += '\n';
    remember_macro(name, out);
}

std::string_view without_indent(std::string_view line) {
    const auto first = line.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : line.substr(first);
}

/// The word after `directive` where `line` is that preprocessor line; else empty.
std::string_view directive_argument(std::string_view line, std::string_view directive) {
    line = without_indent(line);
    if (!line.starts_with('#')) return {};
    line = without_indent(line.substr(1));
    if (!line.starts_with(directive)) return {};
    line = without_indent(line.substr(directive.size()));
    return line.substr(0, line.find_first_of(" \t(\r"));
}

/// Where an include of a family's file leads: "../NAME" to the file that all families share.
std::string included_path(const std::string& family, std::string_view file) {
    constexpr std::string_view shared = "../";
    return file.starts_with(shared) ? std::string(file.substr(shared.size())) : fmt::format("{}/{}", family, file);
}

/// The file's text, its includes in their places (each file once a variant), and the macros it defines remembered.
void include_file(const std::string& family, std::string_view file, const KernelSources& sources, VariantText& out) {
    const auto path = included_path(family, file);
    if (!out.included.insert(path).second) return;
    out.set_line(1, path);
    const auto text = sources(path);
    int number = 0;
    for (std::size_t begin = 0; begin < text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        const auto line = text.substr(begin, end - begin);
        begin = end + 1;
        ++number;
        const auto included = directive_argument(line, "include");
        if (included.size() > 2 && included.front() == '"' && included.back() == '"') {
            include_file(family, included.substr(1, included.size() - 2), sources, out);
            out.set_line(number + 1, path);
            continue;
        }
        if (const auto macro = directive_argument(line, "define"); !macro.empty()) remember_macro(macro, out);
        out.text.append(line).push_back('\n');
    }
}

std::string_view element_type(const ops::Parameter& parameter, const ops::KernelSpec& spec) {
    if (parameter.dtype == DType::Float32) return "float";
    core::require(parameter.dtype == DType::Bool,
                  "kernel {}/{}: parameter '{}' has elements of {}, expected float32 or bool", spec.family, spec.stem,
                  parameter.name, to_string(parameter.dtype));
    return "unsigned char";
}

/// "__global const float* x, const long x_offset" and "x, x_offset".
struct ParameterText {
    std::string declarations;
    std::string names;
};

ParameterText parameter_text(const ops::KernelSpec& spec) {
    std::vector<std::string> declarations;
    std::vector<std::string> names;
    for (const auto& parameter : spec.parameters) {
        require_identifier(parameter.name, "parameter", spec);
        if (parameter.kind == ops::ParameterKind::Scalar) {
            declarations.push_back(fmt::format("const long {}", parameter.name));
            names.push_back(parameter.name);
            continue;
        }
        const auto* const constness = parameter.kind == ops::ParameterKind::Read ? "const " : "";
        declarations.push_back(fmt::format("__global {0}{1}* {2}, const long {2}_offset", constness,
                                           element_type(parameter, spec), parameter.name));
        names.push_back(fmt::format("{0}, {0}_offset", parameter.name));
    }
    return {fmt::format("{}", fmt::join(declarations, ", ")), fmt::format("{}", fmt::join(names, ", "))};
}

using device::SourceLanguage;

/// What stands before the variants of a family: what its files need of the language, then what is written in that.
std::vector<std::string> prelude_files(const std::string& family, SourceLanguage language) {
    if (family != "gpu") {
        if (language == SourceLanguage::OpenCl) return {family + "/prelude.cl", "functions.cl"};
        core::fail(ErrorCode::Unsupported, "kernels of the family '{}' are not for CUDA, expected gpu", family);
    }
    return {language == SourceLanguage::OpenCl ? "gpu/opencl.cl" : "gpu/cuda.cu", "gpu/prelude.cl", "functions.cl"};
}

std::string prelude_text(const std::string& family, const KernelSources& sources, SourceLanguage language) {
    std::string text;
    for (const auto& path : prelude_files(family, language)) text += fmt::format("#line 1 \"{}\"\n{}", path, sources(path));
    return text;
}

/// The preludes of all languages: one key names a variant whatever it is compiled as.
std::string all_preludes(const std::string& family, const KernelSources& sources) {
    auto text = prelude_text(family, sources, SourceLanguage::OpenCl);
    if (family == "gpu") text += prelude_text(family, sources, SourceLanguage::Cuda);
    return text;
}

std::string variant_text(const ops::KernelSpec& spec, const std::string& key, const KernelSources& sources) {
    require_identifier(spec.stem, "stem", spec);
    core::require(!spec.parameters.empty(), "kernel {}/{}: it has no parameters", spec.family, spec.stem);
    constexpr std::string_view generated = "generated";
    const auto parameters = parameter_text(spec);
    VariantText out{.kernel = fmt::format("{}_{}", spec.stem, key), .text = {}, .macros = {}, .included = {}};
    out.set_line(1, generated);
    define("VARIANT", key, out);
    for (const auto& constant : spec.constants) {
        require_identifier(constant.name, "constant", spec);
        define(constant.name, constant.text, out);
    }
    define("ITEMS", fmt::format("{}", spec.items), out);
    define("PARAMETERS", parameters.declarations, out);
    define("ARGUMENTS", parameters.names, out);
    include_file(spec.family, spec.stem + ".cl", sources, out);
    out.set_line(1, generated);
    out.text += fmt::format("KERNEL({}) void {}(PARAMETERS) {{\n", spec.items, out.kernel);
    if (spec.local_floats > 0) out.text += fmt::format("    LOCAL_FLOATS(scratch, {});\n", spec.local_floats);
    out.text += fmt::format("    if (IS_LAUNCH) TILE(ARGUMENTS, {}GROUP);\n}}\n", spec.local_floats > 0 ? "scratch, " : "");
    for (const auto& macro : out.macros) out.text += fmt::format("#undef {}\n", macro);
    return std::move(out.text);
}

}  // namespace

std::string variant_key(const ops::KernelSpec& spec, const KernelSources& sources) {
    return core::content_hash(all_preludes(spec.family, sources) + variant_text(spec, "KEY", sources)).hex();
}

std::string kernel_name(const ops::KernelSpec& spec, const KernelSources& sources) {
    return fmt::format("{}_{}", spec.stem, variant_key(spec, sources));
}

std::string generate_source(std::span<const ops::KernelSpec> specs, const KernelSources& sources, SourceLanguage language) {
    core::require(!specs.empty(), "a program needs at least one kernel");
    const auto& family = specs.front().family;
    auto program = prelude_text(family, sources, language);
    std::set<std::string> seen;
    for (const auto& spec : specs) {
        core::require(spec.family == family, "kernels of the families '{}' and '{}' can't share a program", family,
                      spec.family);
        const auto key = variant_key(spec, sources);
        if (seen.insert(spec.stem + key).second) program += variant_text(spec, key, sources);
    }
    return program;
}

}  // namespace abut::jit
