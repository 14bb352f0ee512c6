// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// As much of PTX as it takes to see who accesses memory. What is read here points into the text.
namespace abut::jit {

struct PtxInstruction {
    std::string_view text;                   ///< without predicate and closing semicolon
    std::string_view opcode;                 ///< "ld.global.v4.f32"
    std::vector<std::string_view> operands;  ///< a vector in braces is one

    /// The parts of the opcode: "ld", "global", "v4", "f32".
    [[nodiscard]] std::vector<std::string_view> parts() const;
};

struct PtxFunction {
    std::string_view name;
    bool is_kernel = false;
    std::vector<std::string_view> parameters;
    std::vector<PtxInstruction> body;
};

/// A variable of the module or of a function.
struct PtxSymbol {
    std::string_view name;
    std::int64_t alignment_bytes = 1;
};

struct PtxProgram {
    std::vector<PtxFunction> functions;
    std::vector<PtxSymbol> symbols;
};

/// Whether a name or a register may have `c` in it.
bool is_name_part(char c);
/// The text up to its closing zero, if it has one, with blanks where its comments were.
std::string without_comments(std::string_view ptx);
/// Reads a text without comments. Throws Compiler where it ends inside a function.
PtxProgram parse_ptx(std::string_view text);

}  // namespace abut::jit
