// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "jit/audit/tree.hpp"
#include "jit/audit/types.hpp"
#include "jit/parsed_program.hpp"

namespace abut::jit {

/// Where names at file scope lead: their places in the AuditProgram, -1 for what the program does not define.
struct NamesAtFileScope {
    std::function<int(const std::string&)> function;
    std::function<int(const std::string&)> global;
};

/// Both throw Compiler where a construct isn't known, with its place.
AuditFunction read_function(const ParsedProgram& program, CXCursor definition, AuditTypes& types,
                            const NamesAtFileScope& names);
AuditGlobal read_global(const ParsedProgram& program, CXCursor declaration, AuditTypes& types,
                        const NamesAtFileScope& names);

}  // namespace abut::jit
