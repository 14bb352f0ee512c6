// SPDX-License-Identifier: Apache-2.0
#include "jit/libclang.hpp"

#include <string>
#include <vector>

#include "abut/error.hpp"
#include "jit/libclang_fault.hpp"

namespace abut::jit {
namespace {

core::SharedLibrary open_libclang() {
    // The names under which distributions ship it; any of these versions parses OpenCL C 1.2.
    const std::vector<std::string> names{"libclang-14.so.1",  "libclang-15.so.1",  "libclang-16.so.1",  "libclang-16.so.16",
                                         "libclang-17.so.17", "libclang-18.so.18", "libclang-19.so.19", "libclang.so"};
    return {names,
            "libclang was not found, which a kernel that is not in the cache needs: install Debian's packages libclang1-14 "
            "and libclang-common-14-dev"};
}

}  // namespace

Libclang load_libclang() {
    Libclang clang{.library = open_libclang()};
    const auto find = [&](const char* name, auto& function) { function = clang.library.symbol(name); };
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
