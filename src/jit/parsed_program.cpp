// SPDX-License-Identifier: Apache-2.0
#include "jit/parsed_program.hpp"

#include <fmt/format.h>

#include <iterator>
#include <memory>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

constexpr const char* program_file = "program.cl";

CXChildVisitResult add_cursor(CXCursor cursor, CXCursor, CXClientData data) {
    static_cast<std::vector<CXCursor>*>(data)->push_back(cursor);
    return CXChildVisit_Continue;
}

}  // namespace

ParsedProgram::ParsedProgram(const std::string& source, bool bodies)
    : index_(clang_.create_index(0, 0), clang_.dispose_index),
      unit_(nullptr, clang_.dispose_unit) {
    constexpr const char* arguments[] = {"-x", "cl", "-cl-std=CL1.2"};
    CXUnsavedFile file{.Filename = program_file, .Contents = source.data(), .Length = source.size()};
    const unsigned options = bodies ? CXTranslationUnit_None : CXTranslationUnit_SkipFunctionBodies;
    CXTranslationUnit unit = nullptr;
    const auto result = clang_.parse(index_.get(), program_file, arguments, static_cast<int>(std::size(arguments)), &file, 1,
                                     options, &unit);
    unit_.reset(unit);
    const auto found = result == CXError_Success ? errors() : std::string("it could not be parsed at all");
    if (!found.empty()) core::fail(ErrorCode::Compiler, "libclang refused a program: {}", found);
}

std::string ParsedProgram::text(CXString string) const {
    const auto dispose = [this](const CXString* owned) { clang_.dispose_string(*owned); };
    const std::unique_ptr<const CXString, decltype(dispose)> owner(&string, dispose);
    const auto* characters = clang_.c_string(string);
    return characters != nullptr ? characters : "";
}

std::string ParsedProgram::name(CXCursor cursor) const {
    return text(clang_.cursor_spelling(cursor));
}

std::string ParsedProgram::errors() const {
    std::string result;
    for (unsigned i = 0; i < clang_.diagnostic_count(unit_.get()); ++i) {
        const std::unique_ptr<void, decltype(Libclang::dispose_diagnostic)> diagnostic(clang_.diagnostic(unit_.get(), i),
                                                                                       clang_.dispose_diagnostic);
        if (clang_.severity(diagnostic.get()) < CXDiagnostic_Error) continue;
        const auto at = place(clang_.diagnostic_location(diagnostic.get()));
        result += fmt::format("{}:{}: {}\n", at.file, at.line, text(clang_.diagnostic_text(diagnostic.get())));
    }
    return result;
}

std::vector<CXCursor> ParsedProgram::declarations() const {
    return children(clang_.unit_cursor(unit_.get()));
}

std::vector<CXCursor> ParsedProgram::children(CXCursor cursor) const {
    std::vector<CXCursor> result;
    clang_.visit_children(cursor, add_cursor, &result);
    return result;
}

std::string ParsedProgram::printed(CXCursor cursor) const {
    const std::unique_ptr<void, decltype(Libclang::dispose_policy)> policy(clang_.printing_policy(cursor),
                                                                           clang_.dispose_policy);
    return text(clang_.printed(cursor, policy.get()));
}

std::int64_t ParsedProgram::field_offset_bytes(CXCursor field) const {
    constexpr std::int64_t bits_of_byte = 8;
    return clang_.field_offset(field) / bits_of_byte;
}

TextPlace ParsedProgram::place(CXCursor cursor) const {
    return place(clang_.location(cursor));
}

TextPlace ParsedProgram::place(CXSourceLocation location) const {
    CXString file{};
    TextPlace result;
    clang_.presumed_location(location, &file, &result.line, nullptr);
    result.file = text(file);
    return result;
}

}  // namespace abut::jit
