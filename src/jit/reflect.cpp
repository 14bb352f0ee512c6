// SPDX-License-Identifier: Apache-2.0
#include "jit/reflect.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/fail.hpp"
#include "jit/element_type.hpp"

namespace abut::jit {
namespace {

std::optional<DType> element_of(CXTypeKind kind) {
    if (kind == CXType_Float) return DType::Float32;
    if (kind == CXType_Long) return DType::Int64;
    return kind == CXType_UChar ? std::optional(DType::Bool) : std::nullopt;
}

ReflectedParameter reflected_parameter(const ParsedProgram& program, CXCursor cursor) {
    const auto& clang = program.clang();
    const auto type = clang.canonical_type(clang.cursor_type(cursor));
    ReflectedParameter result;
    result.name = program.name(cursor);
    result.type = program.text(clang.type_spelling(type));
    switch (type.kind) {
        case CXType_Pointer: {
            const auto pointee = clang.pointee_type(type);
            result.space = memory_space(clang.address_space(pointee));
            result.points_to_const = clang.is_const(pointee) != 0;
            result.element = element_of(clang.canonical_type(pointee).kind);
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
            .space = MemorySpace::Global,
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

std::vector<ReflectedKernel> reflect(const ParsedProgram& program, const std::vector<std::string>& names) {
    const auto& clang = program.clang();
    std::vector<ReflectedKernel> kernels;
    for (const auto& function : program.declarations()) {
        if (function.kind != CXCursor_FunctionDecl) continue;
        ReflectedKernel kernel{.name = program.name(function), .parameters = {}};
        if (std::ranges::find(names, kernel.name) == names.end()) continue;
        const auto count = clang.argument_count(function);
        for (int i = 0; i < count; ++i) {
            kernel.parameters.push_back(reflected_parameter(program, clang.argument(function, static_cast<unsigned>(i))));
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
