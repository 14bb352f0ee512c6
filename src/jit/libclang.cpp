// SPDX-License-Identifier: Apache-2.0
#include "jit/libclang.hpp"

#include <dlfcn.h>

#include "core/fail.hpp"
#include "jit/libclang_fault.hpp"

namespace abut::jit {
namespace {

// The names under which distributions ship it; any of these versions parses OpenCL C 1.2.
constexpr const char* library_names[] = {"libclang-14.so.1",  "libclang-15.so.1",  "libclang-16.so.1",  "libclang-16.so.16",
                                         "libclang-17.so.17", "libclang-18.so.18", "libclang-19.so.19", "libclang.so"};

std::shared_ptr<void> open_library() {
    for (const auto* name : library_names) {
        if (void* handle = dlopen(name, RTLD_NOW | RTLD_LOCAL)) return {handle, [](void* opened) { dlclose(opened); }};
    }
    core::fail(
        ErrorCode::Unsupported,
        "libclang was not found, which a kernel that is not in the cache needs: install Debian's packages libclang1-14 "
        "and libclang-common-14-dev");
}

template <class Function>
void resolve(const std::shared_ptr<void>& library, const char* symbol, Function& function) {
    function = reinterpret_cast<Function>(dlsym(library.get(), symbol));
    if (function == nullptr) core::fail(ErrorCode::Unsupported, "the libclang that was found has no {}", symbol);
}

}  // namespace

Libclang load_libclang() {
    Libclang clang;
    clang.library = open_library();
    const auto find = [&](const char* symbol, auto& function) { resolve(clang.library, symbol, function); };
    find("clang_createIndex", clang.create_index);
    find("clang_disposeIndex", clang.dispose_index);
    find("clang_parseTranslationUnit2", clang.parse);
    find("clang_disposeTranslationUnit", clang.dispose_unit);
    find("clang_getTranslationUnitCursor", clang.unit_cursor);
    find("clang_visitChildren", clang.visit_children);
    find("clang_getCursorSpelling", clang.cursor_spelling);
    find("clang_getCursorType", clang.cursor_type);
    find("clang_Cursor_getNumArguments", clang.argument_count);
    find("clang_Cursor_getArgument", clang.argument);
    find("clang_getCanonicalType", clang.canonical_type);
    find("clang_getPointeeType", clang.pointee_type);
    find("clang_getTypeSpelling", clang.type_spelling);
    find("clang_getAddressSpace", clang.address_space);
    find("clang_Type_getSizeOf", clang.size_of);
    find("clang_Type_getAlignOf", clang.align_of);
    find("clang_getElementType", clang.element_type);
    find("clang_Type_visitFields", clang.visit_fields);
    find("clang_Cursor_getOffsetOfField", clang.field_offset);
    find("clang_getCursorReferenced", clang.referenced);
    find("clang_getEnumConstantDeclValue", clang.enum_value);
    find("clang_isCursorDefinition", clang.is_definition);
    find("clang_getCursorKindSpelling", clang.kind_spelling);
    find("clang_equalCursors", clang.equal_cursors);
    find("clang_getCursorLocation", clang.location);
    find("clang_getPresumedLocation", clang.presumed_location);
    find("clang_getCursorPrintingPolicy", clang.printing_policy);
    find("clang_PrintingPolicy_dispose", clang.dispose_policy);
    find("clang_getCursorPrettyPrinted", clang.printed);
    find("clang_isConstQualifiedType", clang.is_const);
    find("clang_getNumDiagnostics", clang.diagnostic_count);
    find("clang_getDiagnostic", clang.diagnostic);
    find("clang_getDiagnosticSeverity", clang.severity);
    find("clang_getDiagnosticSpelling", clang.diagnostic_text);
    find("clang_getDiagnosticLocation", clang.diagnostic_location);
    find("clang_disposeDiagnostic", clang.dispose_diagnostic);
    find("clang_getCString", clang.c_string);
    find("clang_disposeString", clang.dispose_string);
    return clang;
}

std::string libclang_fault() {
    try {
        static_cast<void>(load_libclang());
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

}  // namespace abut::jit
