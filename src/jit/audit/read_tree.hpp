// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "jit/audit/tree.hpp"
#include "jit/parsed_program.hpp"

namespace abut::jit {

/// The functions of these names and all that they call. libclang 14 does not tell which operator an expression has: that is
/// read in the function as clang prints it, in step with the cursors, which make everything else. Throws Compiler where a
/// construct isn't known. `program` was parsed with bodies and has to outlive the result.
AuditProgram read_audit_tree(const ParsedProgram& program, std::span<const std::string> functions);

}  // namespace abut::jit
