// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/read_expression.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/fail.hpp"
#include "jit/clang_kinds.hpp"

namespace abut::jit {
namespace {

bool is_infix(std::string_view token) {
    constexpr std::array<std::string_view, 16> signs{"+",  "-",  "*", "/", "%",  "&",  "|",  "^",
                                                     "<<", ">>", "<", ">", "<=", ">=", "==", "!="};
    return std::ranges::find(signs, token) != signs.end();
}

bool is_prefix(std::string_view token) {
    constexpr std::array<std::string_view, 8> signs{"++", "--", "-", "+", "!", "~", "*", "&"};
    return std::ranges::find(signs, token) != signs.end();
}

}  // namespace

void ExpressionReader::refuse(CXCursor cursor) const {
    const auto place = program_.place(cursor);
    core::fail(ErrorCode::Compiler, "{}:{}: the audit does not know this construct ({}, at '{}')", place.file, place.line,
               program_.text(program_.clang().kind_spelling(cursor.kind)), tokens_.peek());
}

std::vector<CXCursor> ExpressionReader::operands(CXCursor cursor) const {
    auto children = program_.children(cursor);
    std::erase_if(children, [](const CXCursor& child) { return !is_expression(child); });
    return children;
}

int ExpressionReader::add_variable(CXCursor variable) {
    variables_.push_back(variable);
    variable_types_.push_back(types_.add(variable));
    return static_cast<int>(variables_.size()) - 1;
}

void ExpressionReader::take_variables(AuditFunction& function) {
    function.variables = std::move(variable_types_);
    for (const auto& variable : variables_) function.names.push_back(program_.name(variable));
}

int ExpressionReader::variable(CXCursor declaration) const {
    const auto is_it = [&](const CXCursor& known) { return program_.clang().equal_cursors(known, declaration) != 0; };
    // The last ones are the ones in hand.
    const auto found = std::find_if(variables_.rbegin(), variables_.rend(), is_it);
    return static_cast<int>(variables_.rend() - found) - 1;
}

Node ExpressionReader::node(NodeKind kind, CXCursor cursor) {
    return {.kind = kind, .type = types_.add(cursor), .cursor = cursor};
}

/// With one child and another type than that of the cursor.
Node ExpressionReader::of_value(NodeKind kind, Node value, int type, CXCursor cursor) {
    return {.kind = kind, .type = type, .children = {std::move(value)}, .cursor = cursor};
}

Node ExpressionReader::converted(Node value, int type, CXCursor cursor) {
    const auto& from = types_.at(value.type);
    const auto& to = types_.at(type);
    if (from.kind == to.kind && from.size_bytes == to.size_bytes && from.is_signed == to.is_signed &&
        from.is_truth == to.is_truth)
        return value;
    return of_value(NodeKind::Convert, std::move(value), type, cursor);
}

Node ExpressionReader::read(CXCursor cursor) {
    switch (cursor.kind) {
        case CXCursor_ParenExpr:
            return read_in_brackets(operands(cursor).at(0));
        case CXCursor_UnexposedExpr:
            return read_unexposed(cursor);
        case CXCursor_DeclRefExpr:
            return read_name(cursor);
        case CXCursor_IntegerLiteral:
        case CXCursor_CXXBoolLiteralExpr:
            return read_integer(cursor);
        case CXCursor_FloatingLiteral:
        case CXCursor_CharacterLiteral:
            tokens_.take();
            return node(NodeKind::Unknown, cursor);
        case CXCursor_UnaryOperator:
            return read_unary(cursor);
        case CXCursor_BinaryOperator:
            return read_binary(cursor);
        case CXCursor_CompoundAssignOperator:
            return read_assignment(cursor);
        case CXCursor_ConditionalOperator:
            return read_choice(cursor);
        case CXCursor_CStyleCastExpr:
        case CXCursor_CompoundLiteralExpr:
            return read_cast(cursor);
        case CXCursor_ArraySubscriptExpr:
            return read_subscript(cursor);
        case CXCursor_MemberRefExpr:
            return read_field(cursor);
        case CXCursor_CallExpr:
            return read_call(cursor);
        case CXCursor_InitListExpr:
            return read_list(cursor);
        case CXCursor_UnaryExpr:
            return read_size(cursor);
        default:
            refuse(cursor);
    }
}

Node ExpressionReader::read_in_brackets(CXCursor cursor) {
    tokens_.expect("(");
    auto result = read(cursor);
    tokens_.expect(")");
    return result;
}

/// An implicit conversion, lanes of a vector, or a value whose bits another type has.
Node ExpressionReader::read_unexposed(CXCursor cursor) {
    const auto children = operands(cursor);
    if (children.size() != 1) refuse(cursor);
    const int type = types_.add(cursor);
    if (tokens_.take_if("__builtin_astype")) {
        tokens_.expect("(");
        auto result = node(NodeKind::Unknown, cursor);
        result.children.push_back(read(children[0]));
        while (!tokens_.take_if(")")) tokens_.take();
        return result;
    }
    auto value = read(children[0]);
    const bool is_vector = types_.at(value.type).kind == TypeKind::Other;
    if (is_vector && tokens_.peek() == ".") {
        tokens_.take();
        tokens_.take();
        return of_value(NodeKind::Part, std::move(value), type, cursor);
    }
    const bool was_pointer = types_.at(value.type).kind == TypeKind::Pointer;
    if (was_pointer && types_.at(type).kind == TypeKind::Other && tokens_.peek() == "->") refuse(cursor);
    const bool decays = types_.at(value.type).kind == TypeKind::Array && types_.at(type).kind == TypeKind::Pointer;
    if (decays) return of_value(NodeKind::Decay, std::move(value), type, cursor);
    return converted(std::move(value), type, cursor);
}

Node ExpressionReader::read_name(CXCursor cursor) {
    const auto& clang = program_.clang();
    tokens_.expect(program_.name(cursor));
    const auto declaration = clang.referenced(cursor);
    if (declaration.kind == CXCursor_EnumConstantDecl) {
        auto result = node(NodeKind::Constant, cursor);
        result.number = clang.enum_value(declaration);
        return result;
    }
    auto result = node(NodeKind::Variable, cursor);
    result.target = variable(declaration);
    if (result.target >= 0) return result;
    result.kind = NodeKind::Global;
    result.target = names_.global(program_.name(declaration));
    if (result.target < 0) refuse(cursor);
    return result;
}

Node ExpressionReader::read_integer(CXCursor cursor) {
    auto result = node(NodeKind::Constant, cursor);
    const std::string token(tokens_.take());
    result.number = token == "true" ? 1 : static_cast<std::int64_t>(std::strtoull(token.c_str(), nullptr, 0));
    return result;
}

/// sizeof(TYPE)
Node ExpressionReader::read_size(CXCursor cursor) {
    auto result = node(NodeKind::Unknown, cursor);
    const bool is_size = tokens_.take() == "sizeof" && tokens_.peek() == "(";
    if (!is_size) core::fail(ErrorCode::Compiler, "the audit knows sizeof(TYPE) only, found '{}'", tokens_.peek());
    const auto type = tokens_.peek(1);
    if (tokens_.peek(2) == ")" && (type == "int" || type == "long" || type == "float")) {
        result.kind = NodeKind::Constant;
        result.number = type == "long" ? 8 : 4;
    }
    tokens_.skip_bracketed();
    return result;
}

Node ExpressionReader::read_unary(CXCursor cursor) {
    const auto operand = operands(cursor).at(0);
    const bool is_before = is_prefix(tokens_.peek());
    std::string sign(is_before ? tokens_.take() : std::string_view());
    auto value = read(operand);
    if (!is_before) sign = tokens_.take();
    if (!is_before && sign != "++" && sign != "--") refuse(cursor);
    auto result = node(NodeKind::Unary, cursor);
    if (sign == "*") result.kind = NodeKind::Dereference;
    if (sign == "&") result.kind = NodeKind::AddressOf;
    if (sign == "++" || sign == "--") {
        result.kind = NodeKind::Step;
        result.number = is_before ? 0 : 1;
    }
    result.sign = sign.substr(0, 1);
    result.children.push_back(std::move(value));
    return result;
}

/// Whatever stands between two operands, as a Binary.
Node ExpressionReader::read_sides(CXCursor cursor) {
    const auto children = operands(cursor);
    auto result = node(NodeKind::Binary, cursor);
    result.children.push_back(read(children.at(0)));
    result.sign = tokens_.take();
    result.children.push_back(read(children.at(1)));
    return result;
}

Node ExpressionReader::read_binary(CXCursor cursor) {
    auto result = read_sides(cursor);
    if (is_infix(result.sign)) return result;
    if (result.sign == "=") result.kind = NodeKind::Assign;
    if (result.sign == "&&") result.kind = NodeKind::And;
    if (result.sign == "||") result.kind = NodeKind::Or;
    if (result.sign == ",") result.kind = NodeKind::Comma;
    if (result.kind == NodeKind::Binary) refuse(cursor);
    result.sign.clear();
    return result;
}

/// += and the like.
Node ExpressionReader::read_assignment(CXCursor cursor) {
    auto result = read_sides(cursor);
    result.kind = NodeKind::Assign;
    if (!result.sign.ends_with('=')) refuse(cursor);
    result.sign.pop_back();
    if (!is_infix(result.sign)) refuse(cursor);
    return result;
}

Node ExpressionReader::read_choice(CXCursor cursor) {
    const auto children = operands(cursor);
    if (children.size() != 3) refuse(cursor);
    auto result = node(NodeKind::Choose, cursor);
    result.children.push_back(read(children[0]));
    tokens_.expect("?");
    result.children.push_back(read(children[1]));
    tokens_.expect(":");
    result.children.push_back(read(children[2]));
    return result;
}

Node ExpressionReader::read_cast(CXCursor cursor) {
    if (tokens_.peek() != "(") refuse(cursor);
    tokens_.skip_bracketed();
    auto result = node(NodeKind::Convert, cursor);
    auto value = read(operands(cursor).back());
    if (value.kind == NodeKind::List) return value;
    result.children.push_back(std::move(value));
    return result;
}

Node ExpressionReader::read_subscript(CXCursor cursor) {
    const auto children = operands(cursor);
    auto result = node(NodeKind::Subscript, cursor);
    result.children.push_back(read(children.at(0)));
    tokens_.expect("[");
    result.children.push_back(read(children.at(1)));
    tokens_.expect("]");
    if (types_.at(result.children[0].type).kind != TypeKind::Pointer) refuse(cursor);
    return result;
}

Node ExpressionReader::read_field(CXCursor cursor) {
    auto result = node(NodeKind::Field, cursor);
    const auto children = operands(cursor);
    if (children.size() != 1) refuse(cursor);
    auto record = read(children[0]);
    result.number = program_.field_offset_bytes(program_.clang().referenced(cursor));
    if (tokens_.take() == "->") {
        const int type = types_.at(record.type).target;
        record = of_value(NodeKind::Dereference, std::move(record), type, cursor);
    }
    tokens_.expect(program_.name(cursor));
    result.children.push_back(std::move(record));
    return result;
}

Node ExpressionReader::read_call(CXCursor cursor) {
    auto result = node(NodeKind::Call, cursor);
    const auto children = operands(cursor);
    result.text = program_.name(cursor);
    tokens_.expect(result.text);
    result.target = names_.function(result.text);
    tokens_.expect("(");
    for (std::size_t i = 1; i < children.size(); ++i) {
        if (i > 1) tokens_.expect(",");
        result.children.push_back(read(children[i]));
    }
    tokens_.expect(")");
    return result;
}

/// {a, b} of an array or record, (a, b) of a vector.
Node ExpressionReader::read_list(CXCursor cursor) {
    auto result = node(NodeKind::List, cursor);
    const auto* end = tokens_.take_if("{") ? "}" : ")";
    if (*end == ')') tokens_.expect("(");
    for (const auto& child : operands(cursor)) {
        if (!result.children.empty()) tokens_.expect(",");
        result.children.push_back(read_list_item(child, result.type));
    }
    tokens_.expect(end);
    return result;
}

Node ExpressionReader::read_list_item(CXCursor cursor, int list) {
    const auto children = program_.children(cursor);
    const bool is_designated = !children.empty() && children[0].kind == CXCursor_MemberRef;
    if (!is_designated) return read(cursor);
    if (children.size() != 2) refuse(cursor);
    tokens_.expect(".");
    tokens_.take();
    tokens_.expect("=");
    Node result{.kind = NodeKind::Designated, .number = field_of(children[0], list), .cursor = cursor};
    result.children.push_back(read(children[1]));
    return result;
}

std::int64_t ExpressionReader::field_of(CXCursor member, int record) const {
    const auto& fields = types_.at(record).fields;
    const auto offset = program_.field_offset_bytes(program_.clang().referenced(member));
    const auto found = std::ranges::find(fields, offset, &AuditField::offset_bytes);
    if (found == fields.end()) refuse(member);
    return found - fields.begin();
}

}  // namespace abut::jit
