// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/claims.hpp"

#include <algorithm>

namespace abut::jit {
namespace {

/// Where pointers that point to pointers, or records that hold some, lead to can't be told from their types.
bool may_hold_pointers(CXTypeKind kind) {
    return kind == CXType_Pointer || kind == CXType_Record || kind == CXType_ConstantArray;
}

struct ClaimsVisit {
    const Libclang& clang;
    FunctionClaims& claims;
    std::vector<CXCursor>& called;

    [[nodiscard]] bool is_pointer(CXType type) const { return clang.canonical_type(type).kind == CXType_Pointer; }
    /// Of a type whose size is known; 1 of others.
    [[nodiscard]] long long alignment(CXType type) const {
        const auto kind = clang.canonical_type(type).kind;
        const bool is_unknown = kind == CXType_Void || kind == CXType_FunctionProto || kind == CXType_Unexposed;
        return is_unknown ? 1 : clang.align_of(type);
    }
    void look_at_conversion(CXCursor cursor, CXCursor from) const {
        const auto to_type = clang.canonical_type(clang.cursor_type(cursor));
        if (to_type.kind != CXType_Pointer) return;
        const auto from_type = clang.canonical_type(clang.cursor_type(from));
        const auto target =
            clang.pointee_type(clang.cursor_type(cursor).kind == CXType_Pointer ? clang.cursor_type(cursor) : to_type);
        const auto kind = clang.canonical_type(target).kind;
        if (kind == CXType_FunctionProto || kind == CXType_Void) return;
        const bool explicit_cast = cursor.kind == CXCursor_CStyleCastExpr;
        constexpr unsigned global_number = 1;
        const bool is_global = clang.address_space(target) == global_number;
        if (from_type.kind != CXType_Pointer) {
            // An array's address, or a number.
            const bool is_array = from_type.kind == CXType_ConstantArray;
            claims.claims_more |= explicit_cast && is_global && !is_array;
            return;
        }
        const auto had =
            clang.pointee_type(clang.cursor_type(from).kind == CXType_Pointer ? clang.cursor_type(from) : from_type);
        if (is_global) claims.claims_more |= alignment(target) > alignment(had);
        const auto had_kind = clang.canonical_type(had).kind;
        if (explicit_cast && kind != had_kind) claims.claims_more |= may_hold_pointers(kind) || may_hold_pointers(had_kind);
    }
};

CXChildVisitResult visit_claims(CXCursor cursor, CXCursor parent, CXClientData data) {
    auto& visit = *static_cast<ClaimsVisit*>(data);
    if (cursor.kind == CXCursor_CallExpr) visit.called.push_back(cursor);
    const bool converts = parent.kind == CXCursor_CStyleCastExpr || parent.kind == CXCursor_UnexposedExpr;
    const bool is_expression = cursor.kind >= CXCursor_FirstExpr && cursor.kind <= CXCursor_LastExpr;
    if (converts && is_expression) visit.look_at_conversion(parent, cursor);
    return CXChildVisit_Recurse;
}

}  // namespace

ProgramClaims::ProgramClaims(const ParsedProgram& program) {
    const auto& clang = program.clang();
    for (const auto& declaration : program.declarations()) {
        has_unions_ |= declaration.kind == CXCursor_UnionDecl;
        if (declaration.kind != CXCursor_FunctionDecl || clang.is_definition(declaration) == 0) continue;
        const auto name = program.text(clang.cursor_spelling(declaration));
        names_.push_back(name);
        auto& claims = claims_[name];
        std::vector<CXCursor> called;
        ClaimsVisit visit{.clang = clang, .claims = claims, .called = called};
        clang.visit_children(declaration, visit_claims, &visit);
        for (const auto& call : called) claims.calls.insert(program.text(clang.cursor_spelling(call)));
    }
}

bool ProgramClaims::claims_more(const std::string& function, const std::set<std::string>& except) const {
    if (has_unions_) return true;
    std::set<std::string> seen;
    std::vector<std::string> waiting{function};
    while (!waiting.empty()) {
        const auto name = waiting.back();
        waiting.pop_back();
        const auto found = claims_.find(name);
        if (found == claims_.end() || except.contains(name) || !seen.insert(name).second) continue;
        if (found->second.claims_more) return true;
        waiting.insert(waiting.end(), found->second.calls.begin(), found->second.calls.end());
    }
    return false;
}

}  // namespace abut::jit
