// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/types.hpp"

#include <algorithm>

namespace abut::jit {
namespace {

bool is_signed_integer(CXTypeKind kind) {
    return kind == CXType_Char_S || kind == CXType_SChar || kind == CXType_Short || kind == CXType_Int ||
           kind == CXType_Long || kind == CXType_LongLong || kind == CXType_Enum;
}

bool is_unsigned_integer(CXTypeKind kind) {
    return kind == CXType_Bool || kind == CXType_Char_U || kind == CXType_UChar || kind == CXType_UShort ||
           kind == CXType_UInt || kind == CXType_ULong || kind == CXType_ULongLong;
}

TypeKind kind_of(CXTypeKind kind) {
    if (is_signed_integer(kind) || is_unsigned_integer(kind)) return TypeKind::Integer;
    if (kind == CXType_Pointer) return TypeKind::Pointer;
    if (kind == CXType_ConstantArray) return TypeKind::Array;
    return kind == CXType_Record ? TypeKind::Record : TypeKind::Other;
}

/// Of the others libclang 14 may crash where it is asked how large they are.
bool has_size(CXTypeKind kind) {
    return kind_of(kind) != TypeKind::Other || kind == CXType_Float || kind == CXType_Double || kind == CXType_Half ||
           is_vector(kind);
}

}  // namespace

std::vector<AuditField> AuditTypes::fields(CXType type) {
    std::vector<CXCursor> cursors;
    const auto visit = [](CXCursor field, CXClientData data) {
        static_cast<std::vector<CXCursor>*>(data)->push_back(field);
        return CXVisit_Continue;
    };
    const auto& clang = program_.clang();
    clang.visit_fields(type, visit, &cursors);
    std::vector<AuditField> result;
    for (const auto& field : cursors)
        result.push_back({.offset_bytes = program_.field_offset_bytes(field), .type = add(clang.cursor_type(field))});
    return result;
}

AuditType AuditTypes::converted(CXType type) {
    const auto& clang = program_.clang();
    const auto canonical = clang.canonical_type(type);
    AuditType result{.kind = kind_of(canonical.kind),
                     .is_signed = is_signed_integer(canonical.kind),
                     .is_truth = canonical.kind == CXType_Bool};
    if (!has_size(canonical.kind)) return result;
    result.size_bytes = std::max<std::int64_t>(clang.size_of(type), 1);
    // A typedef may declare another alignment than what it stands for has.
    result.alignment_bytes = std::max<std::int64_t>(clang.align_of(type), 1);
    result.space = memory_space(clang.address_space(type));
    result.text = program_.text(clang.type_spelling(type));
    if (result.kind == TypeKind::Pointer)
        result.target = add(clang.pointee_type(type.kind == CXType_Pointer ? type : canonical));
    if (result.kind == TypeKind::Array)
        result.target = add(clang.element_type(type.kind == CXType_ConstantArray ? type : canonical));
    if (result.kind == TypeKind::Record) result.fields = fields(canonical);
    return result;
}

int AuditTypes::add(CXType type) {
    const std::pair<int, const void*> key{static_cast<int>(type.kind), type.data[0]};
    if (const auto found = places_.find(key); found != places_.end()) return found->second;
    auto added = converted(type);
    const int place = static_cast<int>(types_.size());
    types_.push_back(std::move(added));
    places_.emplace(key, place);
    return place;
}

}  // namespace abut::jit
