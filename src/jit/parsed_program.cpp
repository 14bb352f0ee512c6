// SPDX-License-Identifier: Apache-2.0
#include "jit/parsed_program.hpp"

#include <fmt/format.h>

#include <iterator>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

constexpr const char* program_file = "program.cl";

CXChildVisitResult add_cursor(CXCursor cursor, CXCursor, CXClientData data) {
    static_cast<std::vector<CXCursor>*>(data)->push_back(cursor);
    return CXChildVisit_Continue;
}

}  // namespace

ParsedProgram::ParsedProgram(const std::string& source, bool bodies) : index_(clang_.create_index(0, 0)) {
    constexpr const char* arguments[] = {"-x", "cl", "-cl-std=CL1.2"};
    CXUnsavedFile file{.Filename = program_file, .Contents = source.data(), .Length = source.size()};
    const unsigned options = bodies ? CXTranslationUnit_None : CXTranslationUnit_SkipFunctionBodies;
    const auto result =
        clang_.parse(index_, program_file, arguments, static_cast<int>(std::size(arguments)), &file, 1, options, &unit_);
    const auto found = result == CXError_Success ? errors() : std::string("it could not be parsed at all");
    if (found.empty()) return;
    dispose();
    core::fail(ErrorCode::Compiler, "libclang refused a program: {}", found);
}

ParsedProgram::~ParsedProgram() {
    dispose();
}

void ParsedProgram::dispose() noexcept {
    if (unit_ != nullptr) clang_.dispose_unit(unit_);
    clang_.dispose_index(index_);
}

std::string ParsedProgram::text(CXString string) const {
    const auto* characters = clang_.c_string(string);
    std::string result = characters != nullptr ? characters : "";
    clang_.dispose_string(string);
    return result;
}

std::string ParsedProgram::errors() const {
    std::string result;
    for (unsigned i = 0; i < clang_.diagnostic_count(unit_); ++i) {
        auto* diagnostic = clang_.diagnostic(unit_, i);
        if (clang_.severity(diagnostic) >= CXDiagnostic_Error) {
            const auto at = place(clang_.diagnostic_location(diagnostic));
            result += fmt::format("{}:{}: {}\n", at.file, at.line, text(clang_.diagnostic_text(diagnostic)));
        }
        clang_.dispose_diagnostic(diagnostic);
    }
    return result;
}

std::vector<CXCursor> ParsedProgram::declarations() const {
    return children(clang_.unit_cursor(unit_));
}

std::vector<CXCursor> ParsedProgram::children(CXCursor cursor) const {
    std::vector<CXCursor> result;
    clang_.visit_children(cursor, add_cursor, &result);
    return result;
}

std::string ParsedProgram::printed(CXCursor cursor) const {
    auto* policy = clang_.printing_policy(cursor);
    auto result = text(clang_.printed(cursor, policy));
    clang_.dispose_policy(policy);
    return result;
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
