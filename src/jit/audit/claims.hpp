// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "jit/parsed_program.hpp"

namespace abut::jit {

/// What a function's text says without being followed.
struct FunctionClaims {
    /// It makes a pointer to global memory, in a way that claims more alignment than what it is made of: by a cast to a
    /// wider type, from a number, or through memory that holds pointers.
    bool claims_more = false;
    std::set<std::string> calls{};  ///< functions of the program
};

/// Functions in the order of the text. A kernel that reaches none which claims more has accesses that need no more than what
/// the elements of its parameters have.
class ProgramClaims {
public:
    explicit ProgramClaims(const ParsedProgram& program);

    [[nodiscard]] const std::vector<std::string>& functions() const noexcept { return names_; }
    /// Whether the function, or one that it reaches without passing `except`, claims more.
    [[nodiscard]] bool claims_more(const std::string& function, const std::set<std::string>& except) const;

private:
    std::vector<std::string> names_;
    std::map<std::string, FunctionClaims> claims_;
    bool has_unions_ = false;
};

}  // namespace abut::jit
