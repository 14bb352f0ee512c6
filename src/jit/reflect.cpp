// SPDX-License-Identifier: Apache-2.0
#include "jit/reflect.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/fail.hpp"
#include "jit/element_type.hpp"
#include "jit/libclang.hpp"

namespace abut::jit {
namespace {

// Clang's numbers for OpenCL's address spaces as clang_getAddressSpace gives them; 0 is private.
constexpr unsigned global_space = 1;

std::optional<DType> element_of(CXTypeKind kind) {
    if (kind == CXType_Float) return DType::Float32;
    if (kind == CXType_Long) return DType::Int64;
    return kind == CXType_UChar ? std::optional(DType::Bool) : std::nullopt;
}

constexpr const char* file_name = "program.cl";

/// The text as libclang parsed it.
class ParsedProgram {
public:
    explicit ParsedProgram(const std::string& source);
    ~ParsedProgram();
    ParsedProgram(const ParsedProgram&) = delete;
    ParsedProgram& operator=(const ParsedProgram&) = delete;

    [[nodiscard]] std::string text(CXString string) const;
    [[nodiscard]] std::vector<CXCursor> functions() const;
    [[nodiscard]] ReflectedParameter parameter(CXCursor cursor) const;
    [[nodiscard]] const Libclang& clang() const noexcept { return clang_; }

private:
    [[nodiscard]] std::string errors() const;
    void dispose() noexcept;

    Libclang clang_ = load_libclang();
    CXIndex index_ = nullptr;
    CXTranslationUnit unit_ = nullptr;
};

ParsedProgram::ParsedProgram(const std::string& source) : index_(clang_.create_index(0, 0)) {
    constexpr const char* arguments[] = {"-x", "cl", "-cl-std=CL1.2"};
    CXUnsavedFile file{.Filename = file_name, .Contents = source.data(), .Length = source.size()};
    // Bodies are the device compiler's business.
    const auto result = clang_.parse(index_, file_name, arguments, static_cast<int>(std::size(arguments)), &file, 1,
                                     CXTranslationUnit_SkipFunctionBodies, &unit_);
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
            result += text(clang_.format_diagnostic(diagnostic, clang_.display_options())) + "\n";
        }
        clang_.dispose_diagnostic(diagnostic);
    }
    return result;
}

std::vector<CXCursor> ParsedProgram::functions() const {
    std::vector<CXCursor> result;
    const auto visit = [](CXCursor cursor, CXCursor, CXClientData data) {
        if (cursor.kind == CXCursor_FunctionDecl) static_cast<std::vector<CXCursor>*>(data)->push_back(cursor);
        return CXChildVisit_Continue;
    };
    clang_.visit_children(clang_.unit_cursor(unit_), visit, &result);
    return result;
}

ReflectedParameter ParsedProgram::parameter(CXCursor cursor) const {
    const auto type = clang_.canonical_type(clang_.cursor_type(cursor));
    ReflectedParameter result;
    result.name = text(clang_.cursor_spelling(cursor));
    result.type = text(clang_.type_spelling(type));
    switch (type.kind) {
        case CXType_Pointer: {
            const auto pointee = clang_.pointee_type(type);
            result.space = clang_.address_space(pointee) == global_space ? AddressSpace::Global : AddressSpace::Other;
            result.points_to_const = clang_.is_const(pointee) != 0;
            result.element = element_of(clang_.canonical_type(pointee).kind);
            result.known = result.element.has_value();
            break;
        }
        case CXType_Long:
            result.scalar = device::ScalarType::Int64;
            break;
        case CXType_Int:
            result.scalar = device::ScalarType::Int32;
            break;
        case CXType_Float:
            result.scalar = device::ScalarType::Float32;
            break;
        default:
            result.known = false;
    }
    return result;
}

ReflectedParameter expected_pointer(const ops::Parameter& parameter) {
    const bool read = parameter.kind == ops::ParameterKind::Read;
    return {.name = parameter.name,
            .type = fmt::format("{}__global {} *", read ? "const " : "", element_type(parameter.dtype)),
            .scalar = device::ScalarType::Pointer,
            .space = AddressSpace::Global,
            .points_to_const = read,
            .element = parameter.dtype};
}

ReflectedParameter expected_long(const std::string& name) {
    return {.name = name, .type = "long", .scalar = device::ScalarType::Int64};
}

std::vector<ReflectedParameter> expected_parameters(const ops::KernelSpec& spec) {
    std::vector<ReflectedParameter> result;
    for (const auto& parameter : spec.parameters) {
        if (parameter.kind == ops::ParameterKind::Scalar) {
            result.push_back(expected_long(parameter.name));
            continue;
        }
        result.push_back(expected_pointer(parameter));
        result.push_back(expected_long(parameter.name + "_offset"));
    }
    return result;
}

bool agree(const ReflectedParameter& a, const ReflectedParameter& b) {
    return a.name == b.name && a.scalar == b.scalar && a.space == b.space && a.points_to_const == b.points_to_const &&
           a.element == b.element && a.known == b.known;
}

}  // namespace

std::vector<ReflectedKernel> reflect(const std::string& source, const std::vector<std::string>& names) {
    const ParsedProgram program(source);
    const auto& clang = program.clang();
    std::vector<ReflectedKernel> kernels;
    for (const auto& function : program.functions()) {
        ReflectedKernel kernel{.name = program.text(clang.cursor_spelling(function)), .parameters = {}};
        if (std::ranges::find(names, kernel.name) == names.end()) continue;
        const auto count = clang.argument_count(function);
        for (int i = 0; i < count; ++i) {
            kernel.parameters.push_back(program.parameter(clang.argument(function, static_cast<unsigned>(i))));
        }
        kernels.push_back(std::move(kernel));
    }
    return kernels;
}

std::vector<device::KernelParameter> checked_parameters(const ReflectedKernel& kernel, const ops::KernelSpec& spec) {
    const auto expected = expected_parameters(spec);
    if (kernel.parameters.size() != expected.size()) {
        core::fail(ErrorCode::Compiler, "kernel {}: its text has {} parameters, expected {}", kernel.name,
                   kernel.parameters.size(), expected.size());
    }
    std::vector<device::KernelParameter> result;
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto& found = kernel.parameters[i];
        if (!agree(found, expected[i])) {
            core::fail(ErrorCode::Compiler, "kernel {}: parameter {} of its text is '{} {}', expected '{} {}'", kernel.name,
                       i, found.type, found.name, expected[i].type, expected[i].name);
        }
        result.push_back({.name = found.name, .type = found.scalar});
    }
    return result;
}

}  // namespace abut::jit
