// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clang-c/Index.h>

#include <cstdint>

/// What libclang's kinds and numbers say of OpenCL C.
namespace abut::jit {

enum class MemorySpace : std::uint8_t { Private, Global, Local, Constant };

/// By clang's numbers of OpenCL's address spaces, as clang_getAddressSpace gives them.
constexpr MemorySpace memory_space(unsigned number) {
    if (number == 1) return MemorySpace::Global;
    if (number == 2) return MemorySpace::Local;
    return number == 3 ? MemorySpace::Constant : MemorySpace::Private;
}

constexpr bool is_expression(const CXCursor& cursor) {
    return cursor.kind >= CXCursor_FirstExpr && cursor.kind <= CXCursor_LastExpr;
}

constexpr bool is_vector(CXTypeKind kind) {
    return kind == CXType_ExtVector || kind == CXType_Vector;
}

}  // namespace abut::jit
