// SPDX-License-Identifier: Apache-2.0
#include "jit/generate_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "abut/error.hpp"
#include "support/scale_kernel.hpp"

namespace abut {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// Files of a family "cpu" that exists only here.
jit::KernelSources files(std::map<std::string, std::string, std::less<>> texts) {
    texts.try_emplace("cpu/prelude.cl", "#define TILE tile\n");
    texts.try_emplace("functions.cl", "");
    return [kept = std::make_shared<decltype(texts)>(std::move(texts))](std::string_view path) -> std::string_view {
        return kept->find(path)->second;
    };
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
    return found;
}

TEST(GenerateSource, DeclaresParametersInOrderWithTheirOffsets) {
    const auto text = jit::generate_source(std::vector{test::scale_spec("2.0f")}, test::scale_sources);
    EXPECT_THAT(text, HasSubstr("#define PARAMETERS __global const float* x, const long x_offset, __global float* y, "
                                "const long y_offset, const long add\n"));
    EXPECT_THAT(text, HasSubstr("#define ARGUMENTS x, x_offset, y, y_offset, add\n"));
    EXPECT_THAT(text, HasSubstr("#define FACTOR 2.0f\n"));
}

TEST(GenerateSource, BoolsAreBytes) {
    auto spec = test::scale_spec("2.0f");
    spec.parameters[0].dtype = DType::Bool;
    const auto text = jit::generate_source(std::vector{spec}, test::scale_sources);
    EXPECT_THAT(text,
                HasSubstr("#define PARAMETERS __global const unsigned char* x, const long x_offset, __global float* y, "));
    EXPECT_NE(jit::kernel_name(spec, test::scale_sources), jit::kernel_name(test::scale_spec("2.0f"), test::scale_sources));
    spec.parameters[0].dtype = DType::Float16;
    EXPECT_THROW((void)jit::generate_source(std::vector{spec}, test::scale_sources), Error);
}

TEST(GenerateSource, GivesEachVariantOneKernelAndThePreludeOnce) {
    const std::vector specs{test::scale_spec("2.0f"), test::scale_spec("3.0f"), test::scale_spec("2.0f")};
    const auto text = jit::generate_source(specs, test::scale_sources);
    EXPECT_EQ(count(text, "\nKERNEL(1) void "), 2U);
    EXPECT_EQ(count(text, "#pragma OPENCL FP_CONTRACT OFF"), 1U);
    EXPECT_EQ(count(text, jit::kernel_name(specs[0], test::scale_sources) + "(PARAMETERS)"), 1U);
    EXPECT_EQ(count(text, jit::kernel_name(specs[1], test::scale_sources) + "(PARAMETERS)"), 1U);
}

TEST(GenerateSource, AKernelMayCallTheTilesOfOthers) {
    const auto two = test::scale_spec("2.0f");
    const auto three = test::scale_spec("3.0f");
    auto caller = test::scale_spec("1.0f");
    caller.callees = {two, three};
    const auto text = jit::generate_source(std::vector{caller}, test::scale_sources);
    const auto call_of = [](const ops::KernelSpec& spec) { return "call_" + jit::variant_key(spec, test::scale_sources); };
    EXPECT_EQ(count(text, "\nKERNEL(1) void "), 1U);
    EXPECT_EQ(count(text,
                    "CALLEE void LOCAL(call)(CALLEE_PARAMETERS) {\n    TILE((__global const float*)bases[arguments[0]], "
                    "arguments[1], (__global float*)bases[arguments[2]], arguments[3], arguments[4], tile);\n}"),
              2U);
    EXPECT_THAT(text, HasSubstr("#define CALLS CALL(0, " + call_of(two) + ")\\\nCALL(1, " + call_of(three) + ")\n"));
    EXPECT_NE(jit::variant_key(caller, test::scale_sources),
              jit::variant_key(test::scale_spec("1.0f"), test::scale_sources));
    caller.callees[0].items = 8;
    EXPECT_THROW((void)jit::generate_source(std::vector{caller}, test::scale_sources), Error);
}

TEST(GenerateSource, TakesBackEveryMacroOfAVariant) {
    const auto sources = files({{"cpu/a.cl", "#define HERE 1\n  # define\tINDENTED(x) x\n"}});
    ops::KernelSpec spec = test::scale_spec("1");
    spec.stem = "a";
    const auto text = jit::generate_source(std::vector{spec}, sources);
    for (const auto* macro : {"VARIANT", "FACTOR", "PARAMETERS", "ARGUMENTS", "HERE", "INDENTED"}) {
        EXPECT_EQ(count(text, std::string("#undef ") + macro + "\n"), 1U) << macro;
    }
    EXPECT_EQ(count(text, "#undef TILE\n"), 0U) << "the prelude's macros stay";
}

TEST(GenerateSource, IncludesAFileOnceAVariantAndEndsCycles) {
    const auto sources =
        files({{"cpu/a.cl", "#include \"b.cl\"\nA\n#include \"b.cl\"\n"}, {"cpu/b.cl", "#include \"a.cl\"\nB\n"}});
    ops::KernelSpec spec = test::scale_spec("1");
    spec.stem = "a";
    const auto text = jit::generate_source(std::vector{spec}, sources);
    EXPECT_EQ(count(text, "\nA\n"), 1U);
    EXPECT_EQ(count(text, "\nB\n"), 1U);
    EXPECT_THAT(text, Not(HasSubstr("#include")));
}

TEST(GenerateSource, KeepsAConstantOfSeveralLinesOneMacro) {
    const auto text = jit::generate_source(std::vector{test::scale_spec("1 +\n2")}, test::scale_sources);
    EXPECT_THAT(text, HasSubstr("#define FACTOR 1 +\\\n2\n"));
}

TEST(VariantKey, DependsOnConstantsTemplateAndPrelude) {
    auto spec = test::scale_spec("1");
    const auto key = [&](const std::string& text, const std::string& prelude) {
        return jit::variant_key(spec, files({{"cpu/scale.cl", text}, {"cpu/prelude.cl", prelude}}));
    };
    const auto original = key("text", "prelude");
    EXPECT_EQ(original.size(), 32U);
    EXPECT_EQ(original, key("text", "prelude"));
    EXPECT_NE(original, key("text ", "prelude"));
    EXPECT_NE(original, key("text", "prelude "));
    spec.constants[0].text = "2";
    EXPECT_NE(original, key("text", "prelude"));
}

TEST(VariantKey, IsAnotherForAnotherGuard) {
    // Even where the text is the same: what was proved by one guard is not by another.
    auto wide = test::scale_spec("1");
    wide.parameters[0].guard = 64;
    EXPECT_NE(jit::variant_key(wide, test::scale_sources), jit::variant_key(test::scale_spec("1"), test::scale_sources));
}

TEST(GenerateSource, RefusesWhatIsNoIdentifier) {
    auto constant = test::scale_spec("1");
    constant.constants[0].name = "A B";
    auto parameter = test::scale_spec("1");
    parameter.parameters[0].name = "x, __global float* z";
    auto stem = test::scale_spec("1");
    stem.stem = "../scale";
    auto empty = test::scale_spec("1");
    empty.parameters.clear();
    for (const auto& spec : {constant, parameter, stem, empty}) {
        EXPECT_THROW(jit::generate_source(std::vector{spec}, test::scale_sources), Error);
    }
    EXPECT_THROW(jit::generate_source({}, test::scale_sources), Error);
}

TEST(GenerateSource, RefusesFamiliesThatCanNotShareAProgram) {
    auto other = test::scale_spec("1");
    other.family = "gpu";
    EXPECT_THROW(jit::generate_source(std::vector{test::scale_spec("1"), other}, test::scale_sources), Error);
}

TEST(KernelSource, NamesTheFileThatIsMissing) {
    try {
        static_cast<void>(jit::kernel_source("cpu/no_such.cl"));
        FAIL() << "a file that does not exist was found";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::Unsupported);
        EXPECT_THAT(error.what(), HasSubstr("cpu/no_such.cl"));
    }
}

}  // namespace
}  // namespace abut
