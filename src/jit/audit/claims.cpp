// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/claims.hpp"

#include <algorithm>
#include <string_view>

#include "jit/clang_kinds.hpp"

namespace abut::jit {
namespace {

/// Where pointers that point to pointers, or records that hold some, lead to can't be told from their types.
bool may_hold_pointers(CXTypeKind kind) {
    return kind == CXType_Pointer || kind == CXType_Record || kind == CXType_ConstantArray;
}

/// Built-in functions that need the alignment of a vector where their arguments' types speak of an element.
bool needs_vectors(std::string_view name) {
    return name.starts_with("vloada_") || name.starts_with("vstorea_");
}

class ClaimsVisit {
public:
    ClaimsVisit(const Libclang& clang, FunctionClaims& claims, std::vector<CXCursor>& called)
        : clang_(clang),
          claims_(claims),
          called_(called) {}

    void look_at(CXCursor cursor, CXCursor parent) {
        claims_.claims_more |= cursor.kind == CXCursor_UnionDecl;
        if (!is_expression(cursor)) return;
        if (cursor.kind == CXCursor_CallExpr) called_.push_back(cursor);
        look_at_access(clang_.cursor_type(cursor));
        if (parent.kind == CXCursor_CStyleCastExpr || parent.kind == CXCursor_UnexposedExpr)
            look_at_conversion(clang_.cursor_type(cursor), clang_.cursor_type(parent),
                               parent.kind == CXCursor_CStyleCastExpr);
    }

private:
    [[nodiscard]] bool is_global(CXType type) const {
        return memory_space(clang_.address_space(type)) == MemorySpace::Global;
    }

    /// What each element of something of this type is aligned to; 1 where that isn't known.
    [[nodiscard]] long long alignment_of_elements(CXType type) const {
        const auto canonical = clang_.canonical_type(type);
        const auto kind = canonical.kind;
        if (kind == CXType_Void || kind == CXType_FunctionProto || kind == CXType_Unexposed) return 1;
        return clang_.align_of(is_vector(kind) ? clang_.element_type(canonical) : canonical);
    }
    /// Only what lies in memory has an address space.
    void look_at_access(CXType type) {
        if (type.kind == CXType_Invalid || !is_global(type)) return;
        claims_.claims_more |=
            clang_.canonical_type(type).kind == CXType_Record || clang_.align_of(type) > alignment_of_elements(type);
    }
    void look_at_conversion(CXType from, CXType to, bool is_cast) {
        const auto had = clang_.canonical_type(from);
        const auto gets = clang_.canonical_type(to);
        if (gets.kind != CXType_Pointer) return;
        const auto target = clang_.pointee_type(gets);
        if (target.kind == CXType_FunctionProto || target.kind == CXType_Void) return;
        if (had.kind != CXType_Pointer) {
            // An array's address, or a number.
            claims_.claims_more |= is_cast && is_global(target) && had.kind != CXType_ConstantArray;
            return;
        }
        const auto source = clang_.pointee_type(had);
        claims_.claims_more |= is_global(target) && alignment_of_elements(target) > alignment_of_elements(source);
        claims_.claims_more |=
            target.kind != source.kind && (may_hold_pointers(target.kind) || may_hold_pointers(source.kind));
    }

    const Libclang& clang_;
    FunctionClaims& claims_;
    std::vector<CXCursor>& called_;
};

CXChildVisitResult visit_claims(CXCursor cursor, CXCursor parent, CXClientData data) {
    static_cast<ClaimsVisit*>(data)->look_at(cursor, parent);
    return CXChildVisit_Recurse;
}

}  // namespace

ProgramClaims::ProgramClaims(const ParsedProgram& program) {
    const auto& clang = program.clang();
    for (const auto& declaration : program.declarations()) {
        has_unions_ |= declaration.kind == CXCursor_UnionDecl;
        if (declaration.kind != CXCursor_FunctionDecl || clang.is_definition(declaration) == 0) continue;
        const auto name = program.name(declaration);
        names_.push_back(name);
        auto& claims = claims_[name];
        std::vector<CXCursor> called;
        ClaimsVisit visit(clang, claims, called);
        clang.visit_children(declaration, visit_claims, &visit);
        for (const auto& call : called) claims.calls.insert(program.name(call));
        claims.claims_more |= std::ranges::any_of(claims.calls, needs_vectors);
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
