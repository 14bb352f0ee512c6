// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <utility>

#include "jit/audit/tree.hpp"
#include "jit/parsed_program.hpp"

namespace abut::jit {

/// The types of a program, each once.
class AuditTypes {
public:
    explicit AuditTypes(const ParsedProgram& program) : program_(program) {}

    /// Its place in what take() gives.
    int add(CXType type);
    /// That of a declaration or expression.
    int add(CXCursor typed) { return add(program_.clang().cursor_type(typed)); }
    [[nodiscard]] const AuditType& at(int type) const { return types_.at(static_cast<std::size_t>(type)); }
    std::vector<AuditType> take() { return std::move(types_); }

private:
    AuditType converted(CXType type);
    [[nodiscard]] std::vector<AuditField> fields(CXType type);

    const ParsedProgram& program_;
    std::vector<AuditType> types_;
    std::map<std::pair<int, const void*>, int> places_;
};

}  // namespace abut::jit
