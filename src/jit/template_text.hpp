// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "jit/kernel_sources.hpp"

namespace abut::jit {

/// Text of one variant as it grows, with the macros that it has to take back at its end.
struct VariantText {
    std::string kernel;  ///< its entry point, named in every message of a compiler
    std::string text;
    std::vector<std::string> macros;
    std::set<std::string> included;

    void set_line(int line, std::string_view path);
};

/// Appends "#define NAME VALUE" in one logical line.
void define(std::string_view name, std::string_view value, VariantText& out);

/// The file's text, its includes in their places (each file once a variant), and the macros it defines remembered.
void include_file(const std::string& family, std::string_view file, const KernelSources& sources, VariantText& out);

}  // namespace abut::jit
