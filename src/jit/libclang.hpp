// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clang-c/Index.h>

#include "core/shared_library.hpp"

namespace abut::jit {

/// The functions of libclang that reflection and the audit call, from the library found at run time.
struct Libclang {
    core::SharedLibrary library;
    decltype(&clang_createIndex) create_index = nullptr;
    decltype(&clang_disposeIndex) dispose_index = nullptr;
    decltype(&clang_parseTranslationUnit2) parse = nullptr;
    decltype(&clang_disposeTranslationUnit) dispose_unit = nullptr;
    decltype(&clang_getTranslationUnitCursor) unit_cursor = nullptr;
    decltype(&clang_visitChildren) visit_children = nullptr;
    decltype(&clang_getCursorSpelling) cursor_spelling = nullptr;
    decltype(&clang_getCursorType) cursor_type = nullptr;
    decltype(&clang_Cursor_getNumArguments) argument_count = nullptr;
    decltype(&clang_Cursor_getArgument) argument = nullptr;
    decltype(&clang_getCanonicalType) canonical_type = nullptr;
    decltype(&clang_getPointeeType) pointee_type = nullptr;
    decltype(&clang_getTypeSpelling) type_spelling = nullptr;
    decltype(&clang_getAddressSpace) address_space = nullptr;
    decltype(&clang_Type_getSizeOf) size_of = nullptr;
    decltype(&clang_Type_getAlignOf) align_of = nullptr;
    decltype(&clang_getElementType) element_type = nullptr;
    decltype(&clang_Type_visitFields) visit_fields = nullptr;
    decltype(&clang_Cursor_getOffsetOfField) field_offset = nullptr;
    decltype(&clang_getCursorReferenced) referenced = nullptr;
    decltype(&clang_getEnumConstantDeclValue) enum_value = nullptr;
    decltype(&clang_isCursorDefinition) is_definition = nullptr;
    decltype(&clang_getCursorKindSpelling) kind_spelling = nullptr;
    decltype(&clang_equalCursors) equal_cursors = nullptr;
    decltype(&clang_getCursorLocation) location = nullptr;
    decltype(&clang_getPresumedLocation) presumed_location = nullptr;
    decltype(&clang_getCursorPrintingPolicy) printing_policy = nullptr;
    decltype(&clang_PrintingPolicy_dispose) dispose_policy = nullptr;
    decltype(&clang_getCursorPrettyPrinted) printed = nullptr;
    decltype(&clang_isConstQualifiedType) is_const = nullptr;
    decltype(&clang_getNumDiagnostics) diagnostic_count = nullptr;
    decltype(&clang_getDiagnostic) diagnostic = nullptr;
    decltype(&clang_getDiagnosticSeverity) severity = nullptr;
    decltype(&clang_getDiagnosticSpelling) diagnostic_text = nullptr;
    decltype(&clang_getDiagnosticLocation) diagnostic_location = nullptr;
    decltype(&clang_disposeDiagnostic) dispose_diagnostic = nullptr;
    decltype(&clang_getCString) c_string = nullptr;
    decltype(&clang_disposeString) dispose_string = nullptr;
};

/// Loads the library. Throws Unsupported with the packages to install if there is none.
Libclang load_libclang();

}  // namespace abut::jit
