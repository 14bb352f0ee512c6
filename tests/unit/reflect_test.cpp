// SPDX-License-Identifier: Apache-2.0
#include "jit/reflect.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "abut/error.hpp"
#include "jit/generate_source.hpp"
#include "support/scale_kernel.hpp"

namespace abut {
namespace {

using ::testing::HasSubstr;

/// The parameters of a kernel "k" with this parameter list, checked against the spec of scale.
std::vector<device::KernelParameter> check(const std::string& parameters) {
    const jit::ParsedProgram program("__kernel void k(" + parameters + ") {}\n");
    const auto kernels = jit::reflect(program, {"k"});
    return jit::checked_parameters(kernels.at(0), test::scale_spec("1"));
}

constexpr const char* right =
    "__global const float* x, const long x_offset, __global float* y, const long y_offset, const long add";

TEST(Reflect, FindsNamesAndTypesOfGeneratedText) {
    const auto spec = test::scale_spec("2.0f");
    const auto name = jit::kernel_name(spec, test::scale_sources);
    const auto kernels =
        jit::reflect(jit::ParsedProgram(jit::generate_source(std::vector{spec}, test::scale_sources)), {name});
    ASSERT_EQ(kernels.size(), 1U);
    EXPECT_EQ(kernels[0].name, name);
    using device::ScalarType;
    const std::vector<device::KernelParameter> expected{{.name = "x", .type = ScalarType::Pointer},
                                                        {.name = "x_offset", .type = ScalarType::Int64},
                                                        {.name = "y", .type = ScalarType::Pointer},
                                                        {.name = "y_offset", .type = ScalarType::Int64},
                                                        {.name = "add", .type = ScalarType::Int64}};
    EXPECT_EQ(jit::checked_parameters(kernels[0], spec), expected);
}

TEST(Reflect, AcceptsWhatTheSpecSays) {
    EXPECT_EQ(check(right).size(), 5U);
}

TEST(Reflect, BoolsAreBytes) {
    auto spec = test::scale_spec("1");
    spec.parameters[0].dtype = DType::Bool;
    const auto reflected = [](const char* type) {
        const jit::ParsedProgram program(
            std::string("__kernel void k(__global const ") + type +
            "* x, const long x_offset, __global float* y, const long y_offset, const long add) {}\n");
        return jit::reflect(program, {"k"});
    };
    EXPECT_EQ(jit::checked_parameters(reflected("uchar").at(0), spec).size(), 5U);
    EXPECT_THROW((void)jit::checked_parameters(reflected("float").at(0), spec), Error);
    EXPECT_THROW((void)jit::checked_parameters(reflected("char").at(0), spec), Error);
}

TEST(Reflect, RefusesEveryDifference) {
    const char* wrong[] = {
        "__global const float* z, const long x_offset, __global float* y, const long y_offset, const long add",
        "__global float* x, const long x_offset, __global float* y, const long y_offset, const long add",
        "__constant float* x, const long x_offset, __global float* y, const long y_offset, const long add",
        "__local const float* x, const long x_offset, __global float* y, const long y_offset, const long add",
        "__global const int* x, const long x_offset, __global float* y, const long y_offset, const long add",
        "__global const uchar* x, const long x_offset, __global float* y, const long y_offset, const long add",
        "__global const float* x, const int x_offset, __global float* y, const long y_offset, const long add",
        "__global const float* x, const ulong x_offset, __global float* y, const long y_offset, const long add",
        "__global const float* x, const long x_offset, __global float* y, const long y_offset",
        "__global const float* x, const long x_offset, const long add, __global float* y, const long y_offset",
    };
    for (const auto* parameters : wrong) {
        try {
            check(parameters);
            ADD_FAILURE() << "accepted: " << parameters;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Compiler);
            EXPECT_THAT(error.what(), HasSubstr("kernel k"));
        }
    }
}

TEST(Reflect, RefusesATemplateThatRedefinesItsParameters) {
    const auto sources = [](std::string_view path) -> std::string_view {
        if (path != "cpu/scale.cl") return jit::kernel_source(path);
        return "#undef PARAMETERS\n#define PARAMETERS __global const float* x, const long x_offset, __global float* y,"
               " const long y_offset, const long subtract\n"
               "static void TILE(PARAMETERS, const long tile) {}\n"
               "#undef ARGUMENTS\n#define ARGUMENTS x, x_offset, y, y_offset, subtract\n";
    };
    const auto spec = test::scale_spec("1");
    const auto kernels = jit::reflect(jit::ParsedProgram(jit::generate_source(std::vector{spec}, sources)),
                                      {jit::kernel_name(spec, sources)});
    try {
        jit::checked_parameters(kernels.at(0), spec);
        FAIL() << "a wrong name was accepted";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr("subtract', expected 'long add'"));
    }
}

TEST(Reflect, ReportsTextThatIsNoProgram) {
    try {
        const jit::ParsedProgram program("__kernel void k(__global flot* x) {}\n");
        FAIL() << "an unknown type was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Compiler);
        EXPECT_THAT(error.what(), HasSubstr("flot"));
    }
}

}  // namespace
}  // namespace abut
