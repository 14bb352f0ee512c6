// SPDX-License-Identifier: Apache-2.0
#include "jit/variant_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fail.hpp"
#include "core/hash.hpp"
#include "jit/element_type.hpp"
#include "jit/generate_source.hpp"
#include "jit/template_text.hpp"
#include "jit/variant_document.hpp"

namespace abut::jit {
namespace {

bool is_identifier(std::string_view name) {
    const auto letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; };
    return !name.empty() && !std::isdigit(static_cast<unsigned char>(name.front())) && std::ranges::all_of(name, letter);
}

void require_identifier(std::string_view name, std::string_view what, const ops::KernelSpec& spec) {
    core::require(is_identifier(name), "kernel {}/{}: {} '{}' is no identifier", spec.family, spec.stem, what, name);
}

/// "__global const float*" of a pointer parameter.
std::string pointer_type(const ops::Parameter& parameter, const ops::KernelSpec& spec) {
    const auto element = element_type(parameter.dtype);
    core::require(!element.empty(), "kernel {}/{}: parameter '{}' has elements of {}, expected float32, bool or int64",
                  spec.family, spec.stem, parameter.name, to_string(parameter.dtype));
    return fmt::format("__global {}{}*", parameter.kind == ops::ParameterKind::Read ? "const " : "", element);
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
        declarations.push_back(fmt::format("{0} {1}, const long {1}_offset", pointer_type(parameter, spec), parameter.name));
        names.push_back(fmt::format("{0}, {0}_offset", parameter.name));
    }
    return {fmt::format("{}", fmt::join(declarations, ", ")), fmt::format("{}", fmt::join(names, ", "))};
}

/// What a tile function gets where its arguments are a list of longs: a scalar, or the number of a base and an offset.
std::string listed_arguments(const ops::KernelSpec& spec) {
    std::vector<std::string> arguments;
    int next = 0;
    for (const auto& parameter : spec.parameters) {
        if (parameter.kind == ops::ParameterKind::Scalar) {
            arguments.push_back(fmt::format("arguments[{}]", next++));
            continue;
        }
        arguments.push_back(
            fmt::format("({})bases[arguments[{}]], arguments[{}]", pointer_type(parameter, spec), next, next + 1));
        next += 2;
    }
    return fmt::format("{}", fmt::join(arguments, ", "));
}

constexpr std::string_view generated = "generated";

VariantText new_variant(const ops::KernelSpec& spec, const std::string& key) {
    require_identifier(spec.stem, "stem", spec);
    core::require(!spec.parameters.empty(), "kernel {}/{}: it has no parameters", spec.family, spec.stem);
    return {.kernel = fmt::format("{}_{}", spec.stem, key), .text = {}, .macros = {}, .included = {}};
}

/// The constants, the files of the stem, and so the function TILE.
void add_tile_function(const ops::KernelSpec& spec, const std::string& key, const KernelSources& sources, VariantText& out) {
    const auto parameters = parameter_text(spec);
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
}

void take_back_macros(VariantText& out) {
    for (const auto& macro : out.macros) out.text += fmt::format("#undef {}\n", macro);
}

/// A variant as a function that another kernel calls, by a name that holds its key.
std::string callee_text(const ops::KernelSpec& spec, const std::string& key, const KernelSources& sources) {
    core::require(spec.items == 1 && spec.local_floats == 0 && spec.callees.empty(),
                  "kernel {}/{}: only variants of one work-item a group can be called by another", spec.family, spec.stem);
    auto out = new_variant(spec, key);
    add_tile_function(spec, key, sources, out);
    out.text +=
        fmt::format("CALLEE void LOCAL(call)(CALLEE_PARAMETERS) {{\n    TILE({}, tile);\n}}\n", listed_arguments(spec));
    take_back_macros(out);
    return std::move(out.text);
}

struct CalleesText {
    std::string definitions;
    std::string calls;  ///< CALL(number, function), one a callee
    std::vector<std::string> names;
};

CalleesText callees_text(const ops::KernelSpec& spec, const KernelSources& sources) {
    CalleesText out;
    for (std::size_t i = 0; i < spec.callees.size(); ++i) {
        const auto document = variant_document(spec.callees[i], sources);
        const auto key = sources.hash(document);
        out.names.push_back(fmt::format("{}_{}", spec.callees[i].stem, core::hash_hex(document)));
        out.definitions += callee_text(spec.callees[i], key, sources);
        out.calls += fmt::format("{}CALL({}, call_{})", i == 0 ? "" : "\n", i, key);
    }
    return out;
}

}  // namespace

KernelText kernel_text(const ops::KernelSpec& spec, const std::string& key, const KernelSources& sources) {
    auto out = new_variant(spec, key);
    CalleesText callees;
    if (!spec.callees.empty()) {
        callees = callees_text(spec, sources);
        out.text = std::move(callees.definitions);
        out.set_line(1, generated);
        define("CALLS", callees.calls, out);
    }
    add_tile_function(spec, key, sources, out);
    out.text += fmt::format("KERNEL({}) void {}(PARAMETERS) {{\n", spec.items, out.kernel);
    if (spec.local_floats > 0) out.text += fmt::format("    LOCAL_FLOATS(scratch, {});\n", spec.local_floats);
    out.text += fmt::format("    if (IS_LAUNCH) TILE(ARGUMENTS, {}GROUP);\n}}\n", spec.local_floats > 0 ? "scratch, " : "");
    take_back_macros(out);
    return {.text = std::move(out.text), .files = std::move(out.included), .callees = std::move(callees.names)};
}

}  // namespace abut::jit
