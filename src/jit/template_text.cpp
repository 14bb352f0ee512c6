// SPDX-License-Identifier: Apache-2.0
#include "jit/template_text.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace abut::jit {
namespace {

void remember_macro(std::string_view name, VariantText& out) {
    if (std::ranges::find(out.macros, name) == out.macros.end()) out.macros.emplace_back(name);
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

}  // namespace

void VariantText::set_line(int line, std::string_view path) {
    text += fmt::format("#line {} \"{} ({})\"\n", line, path, kernel);
}

void define(std::string_view name, std::string_view value, VariantText& out) {
    out.text += fmt::format("#define {} ", name);
    // A macro is one logical line.
    for (const char c : value) out.text += c == '\n' ? std::string("\\\n") : std::string(1, c);
    out.text += '\n';
    remember_macro(name, out);
}

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

}  // namespace abut::jit
