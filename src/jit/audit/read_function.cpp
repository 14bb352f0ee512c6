// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/read_function.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "jit/audit/printed_tokens.hpp"
#include "jit/audit/read_expression.hpp"

namespace abut::jit {
namespace {

/// Reads statements, each with the tokens that clang printed of it.
class StatementReader {
public:
    StatementReader(const ParsedProgram& program, ExpressionReader& expressions, PrintedTokens& tokens)
        : program_(program),
          expressions_(expressions),
          tokens_(tokens) {}

    Node read(CXCursor cursor);

private:
    Node read_block(CXCursor cursor);
    Node read_declarations(CXCursor cursor);
    Node read_variable(CXCursor cursor);
    Node read_if(CXCursor cursor);
    Node read_for(CXCursor cursor);
    Node read_while(CXCursor cursor);
    Node read_do(CXCursor cursor);
    Node read_switch(CXCursor cursor);
    Node read_in_switch(CXCursor cursor);
    Node read_case(CXCursor cursor);
    Node read_return(CXCursor cursor);
    Node read_expression(CXCursor cursor);
    Node read_word(NodeKind kind, std::string_view word);
    Node read_head(std::string_view word, CXCursor condition);
    Node read_part_of_for(CXCursor cursor);

    const ParsedProgram& program_;
    ExpressionReader& expressions_;
    PrintedTokens& tokens_;
};

Node StatementReader::read(CXCursor cursor) {
    switch (cursor.kind) {
        case CXCursor_CompoundStmt:
            return read_block(cursor);
        case CXCursor_DeclStmt: {
            auto result = read_declarations(cursor);
            tokens_.expect(";");
            return result;
        }
        case CXCursor_IfStmt:
            return read_if(cursor);
        case CXCursor_ForStmt:
            return read_for(cursor);
        case CXCursor_WhileStmt:
            return read_while(cursor);
        case CXCursor_DoStmt:
            return read_do(cursor);
        case CXCursor_SwitchStmt:
            return read_switch(cursor);
        case CXCursor_ReturnStmt:
            return read_return(cursor);
        case CXCursor_BreakStmt:
            return read_word(NodeKind::Break, "break");
        case CXCursor_ContinueStmt:
            return read_word(NodeKind::Continue, "continue");
        case CXCursor_NullStmt:
            tokens_.expect(";");
            return {};
        // A statement with an attribute, as the pragmas of loops make it.
        case CXCursor_UnexposedStmt:
            return read(program_.children(cursor).back());
        default:
            return read_expression(cursor);
    }
}

Node StatementReader::read_word(NodeKind kind, std::string_view word) {
    tokens_.expect(word);
    tokens_.expect(";");
    return {.kind = kind};
}

/// The condition, which stands in brackets behind the word.
Node StatementReader::read_head(std::string_view word, CXCursor condition) {
    tokens_.expect(word);
    return expressions_.read_in_brackets(condition);
}

Node StatementReader::read_block(CXCursor cursor) {
    tokens_.expect("{");
    Node result{.kind = NodeKind::Block, .cursor = cursor};
    for (const auto& child : program_.children(cursor)) result.children.push_back(read(child));
    tokens_.expect("}");
    return result;
}

/// One or more variables of one type, or a type; what ends them is not taken.
Node StatementReader::read_declarations(CXCursor cursor) {
    Node result{.kind = NodeKind::Block, .cursor = cursor};
    for (const auto& child : program_.children(cursor)) {
        if (child.kind != CXCursor_VarDecl) continue;
        if (!result.children.empty()) tokens_.expect(",");
        result.children.push_back(read_variable(child));
    }
    if (!result.children.empty()) return result;
    // Only a type is declared.
    while (tokens_.peek() != ";" && !tokens_.peek().empty()) {
        if (tokens_.peek() == "{") {
            tokens_.skip_bracketed();
        } else {
            tokens_.take();
        }
    }
    return result;
}

Node StatementReader::read_variable(CXCursor cursor) {
    const auto name = program_.name(cursor);
    while (tokens_.take() != name) {}
    while (tokens_.peek() == "[" || tokens_.peek() == "__attribute__") {
        tokens_.take_if("__attribute__");
        tokens_.skip_bracketed();
    }
    Node result{.kind = NodeKind::Declare, .target = expressions_.add_variable(cursor), .cursor = cursor};
    if (tokens_.take_if("=")) result.children.push_back(expressions_.read(expressions_.operands(cursor).back()));
    while (tokens_.take_if("__attribute__")) tokens_.skip_bracketed();
    return result;
}

Node StatementReader::read_if(CXCursor cursor) {
    const auto children = program_.children(cursor);
    Node result{.kind = NodeKind::If, .cursor = cursor};
    result.children.push_back(read_head("if", children.at(0)));
    result.children.push_back(read(children.at(1)));
    if (children.size() > 2) {
        tokens_.expect("else");
        result.children.push_back(read(children[2]));
    }
    return result;
}

Node StatementReader::read_part_of_for(CXCursor cursor) {
    if (cursor.kind == CXCursor_DeclStmt) return read_declarations(cursor);
    Node result{.kind = NodeKind::Evaluate, .cursor = cursor};
    result.children.push_back(expressions_.read(cursor));
    return result;
}

Node StatementReader::read_for(CXCursor cursor) {
    const auto children = program_.children(cursor);
    auto next = children.begin();
    Node result{.kind = NodeKind::Loop, .children = std::vector<Node>(4), .cursor = cursor};
    tokens_.expect("for");
    tokens_.expect("(");
    // libclang leaves out what isn't there.
    if (tokens_.peek() != ";") result.children[0] = read_part_of_for(*next++);
    tokens_.expect(";");
    if (tokens_.peek() != ";") result.children[1] = expressions_.read(*next++);
    tokens_.expect(";");
    if (tokens_.peek() != ")") result.children[2] = read_part_of_for(*next++);
    tokens_.expect(")");
    if (children.end() - next != 1) expressions_.refuse(cursor);
    result.children[3] = read(*next);
    return result;
}

Node StatementReader::read_while(CXCursor cursor) {
    const auto children = program_.children(cursor);
    Node result{.kind = NodeKind::Loop, .children = std::vector<Node>(4), .cursor = cursor};
    result.children[1] = read_head("while", children.at(0));
    result.children[3] = read(children.at(1));
    return result;
}

Node StatementReader::read_do(CXCursor cursor) {
    const auto children = program_.children(cursor);
    Node result{.kind = NodeKind::Loop, .number = 1, .children = std::vector<Node>(4), .cursor = cursor};
    tokens_.expect("do");
    result.children[3] = read(children.at(0));
    result.children[1] = read_head("while", children.at(1));
    tokens_.expect(";");
    return result;
}

Node StatementReader::read_switch(CXCursor cursor) {
    const auto children = program_.children(cursor);
    Node result{.kind = NodeKind::Switch, .cursor = cursor};
    result.children.push_back(read_head("switch", children.at(0)));
    Node body{.kind = NodeKind::Block, .cursor = children.at(1)};
    tokens_.expect("{");
    for (const auto& child : program_.children(children[1])) body.children.push_back(read_in_switch(child));
    tokens_.expect("}");
    result.children.push_back(std::move(body));
    return result;
}

/// A case stands here only: not in a block or loop of its own.
Node StatementReader::read_in_switch(CXCursor cursor) {
    const bool is_case = cursor.kind == CXCursor_CaseStmt || cursor.kind == CXCursor_DefaultStmt;
    return is_case ? read_case(cursor) : read(cursor);
}

Node StatementReader::read_case(CXCursor cursor) {
    const auto children = program_.children(cursor);
    if (tokens_.take() == "case") static_cast<void>(expressions_.read(children.at(0)));
    tokens_.expect(":");
    Node result{.kind = NodeKind::Case, .cursor = cursor};
    result.children.push_back(read_in_switch(children.back()));
    return result;
}

Node StatementReader::read_return(CXCursor cursor) {
    Node result{.kind = NodeKind::Return, .cursor = cursor};
    tokens_.expect("return");
    if (tokens_.peek() != ";") result.children.push_back(expressions_.read(program_.children(cursor).at(0)));
    tokens_.expect(";");
    return result;
}

Node StatementReader::read_expression(CXCursor cursor) {
    Node result{.kind = NodeKind::Evaluate, .cursor = cursor};
    result.children.push_back(expressions_.read(cursor));
    tokens_.expect(";");
    return result;
}

}  // namespace

AuditFunction read_function(const ParsedProgram& program, CXCursor definition, AuditTypes& types,
                            const NamesAtFileScope& names) {
    const auto text = program.printed(definition);
    AuditFunction result{.name = program.name(definition)};
    PrintedTokens tokens(text, result.name);
    ExpressionReader expressions(program, types, names, tokens);
    for (const auto& child : program.children(definition)) {
        if (child.kind == CXCursor_ParmDecl) {
            result.parameters.push_back(types.add(child));
            expressions.add_variable(child);
        }
        if (child.kind != CXCursor_CompoundStmt) continue;
        while (tokens.peek() != "{") tokens.take();
        result.body = StatementReader(program, expressions, tokens).read(child);
    }
    expressions.take_variables(result);
    return result;
}

AuditGlobal read_global(const ParsedProgram& program, CXCursor declaration, AuditTypes& types,
                        const NamesAtFileScope& names) {
    AuditGlobal result{.name = program.name(declaration), .type = types.add(declaration), .value = {}};
    const auto text = program.printed(declaration);
    PrintedTokens tokens(text, result.name);
    ExpressionReader expressions(program, types, names, tokens);
    while (!tokens.peek().empty() && tokens.peek() != "=") tokens.take();
    if (tokens.take_if("=")) result.value = expressions.read(expressions.operands(declaration).back());
    return result;
}

}  // namespace abut::jit
