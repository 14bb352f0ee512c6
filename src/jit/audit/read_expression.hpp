// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "jit/audit/printed_tokens.hpp"
#include "jit/audit/read_function.hpp"
#include "jit/audit/tree.hpp"
#include "jit/audit/types.hpp"
#include "jit/parsed_program.hpp"

namespace abut::jit {

/// Reads expressions of one function, each with the tokens that clang printed of it.
class ExpressionReader {
public:
    ExpressionReader(const ParsedProgram& program, AuditTypes& types, const NamesAtFileScope& names, PrintedTokens& tokens)
        : program_(program),
          types_(types),
          names_(names),
          tokens_(tokens) {}

    [[nodiscard]] Node read(CXCursor cursor);
    /// With the brackets around it.
    [[nodiscard]] Node read_in_brackets(CXCursor cursor);
    /// The children of a cursor that are expressions: not types or attributes.
    [[nodiscard]] std::vector<CXCursor> operands(CXCursor cursor) const;
    /// Makes `variable` known, whose place among those of the function is returned.
    int add_variable(CXCursor variable);
    /// Types and names of the variables.
    void take_variables(AuditFunction& function);
    /// Throws Compiler: the construct at `cursor` isn't known.
    [[noreturn]] void refuse(CXCursor cursor) const;

private:
    Node read_unexposed(CXCursor cursor);
    Node read_name(CXCursor cursor);
    Node read_unary(CXCursor cursor);
    Node read_sides(CXCursor cursor);
    Node read_binary(CXCursor cursor);
    Node read_assignment(CXCursor cursor);
    Node read_choice(CXCursor cursor);
    Node read_cast(CXCursor cursor);
    Node read_subscript(CXCursor cursor);
    Node read_field(CXCursor cursor);
    Node read_call(CXCursor cursor);
    Node read_list(CXCursor cursor);
    Node read_list_item(CXCursor cursor, int list);
    Node read_integer(CXCursor cursor);
    Node read_size(CXCursor cursor);

    [[nodiscard]] Node node(NodeKind kind, CXCursor cursor);
    [[nodiscard]] static Node of_value(NodeKind kind, Node value, int type, CXCursor cursor);
    [[nodiscard]] Node converted(Node value, int type, CXCursor cursor);
    [[nodiscard]] int variable(CXCursor declaration) const;
    [[nodiscard]] std::int64_t field_of(CXCursor member, int record) const;

    const ParsedProgram& program_;
    AuditTypes& types_;
    const NamesAtFileScope& names_;
    PrintedTokens& tokens_;
    std::vector<CXCursor> variables_;
    std::vector<int> variable_types_;
};

}  // namespace abut::jit
