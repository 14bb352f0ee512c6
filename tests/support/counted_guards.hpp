// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "jit/parsed_program.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::test {

/// The most that accesses to the memory of one parameter declare; 0: none was followed.
struct DeclaredAlignment {
    std::int64_t load_bytes = 0;
    std::int64_t store_bytes = 0;
};

/// What was proven of a kernel, or of a tile of a callee.
struct CountedGuards {
    std::string function;
    bool is_followed = false;
    std::map<int, DeclaredAlignment> parameters{};  ///< by their places in the spec; those that are accessed
    /// Places in the text whose accesses surely stay inside the variable or local memory that they go to; and the others.
    int inside = 0;
    int open = 0;
};

/// jit::audit_guards, with what it proves counted.
std::vector<CountedGuards> counted_guards(const jit::ParsedProgram& program, std::span<const std::string> names,
                                          std::span<const ops::KernelSpec> specs);

}  // namespace abut::test
