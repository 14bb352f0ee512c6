// SPDX-License-Identifier: Apache-2.0
#include "jit/variant_reason.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "jit/variant_document.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {
namespace {

using testing::ElementsAre;

constexpr auto read = ops::ParameterKind::Read;
constexpr auto write = ops::ParameterKind::Write;

std::string document_of(std::int64_t guard, const std::vector<ops::Constant>& constants, const std::string& stem = "copy") {
    return variant_document({.family = "gpu",
                             .stem = stem,
                             .parameters = {{.name = "x", .kind = read, .guard = guard},
                                            {.name = "weights", .kind = read, .guard = 16},
                                            {.name = "y", .kind = write, .guard = 4},
                                            {.name = "stride", .guard = 4}},
                             .constants = constants});
}

std::vector<std::string> reasons(const std::vector<std::string>& documents) {
    return variant_reasons(documents);
}

TEST(VariantReason, NamesWhatGuardsClaimBeyondElements) {
    EXPECT_EQ(guard_claims(document_of(16, {})), "x 16");
    EXPECT_EQ(guard_claims(document_of(4, {})), "") << "weights and strides are no claim";
    EXPECT_EQ(variant_class(document_of(16, {})), "gpu/copy x 16");
    EXPECT_EQ(variant_class(document_of(4, {})), "gpu/copy");
    EXPECT_THAT(reasons({document_of(16, {}), document_of(4, {})}), ElementsAre("x 16", "generic"));
}

TEST(VariantReason, KnowsTheSizeOfElements) {
    const auto claims = [](DType dtype, std::int64_t guard) {
        return guard_claims(variant_document({.family = "cpu",
                                              .stem = "copy",
                                              .parameters = {{.name = "x", .kind = read, .guard = guard, .dtype = dtype}},
                                              .constants = {}}));
    };
    EXPECT_EQ(claims(DType::Int64, 8), "");
    EXPECT_EQ(claims(DType::Int64, 16), "x 16");
    EXPECT_EQ(claims(DType::Bool, 1), "");
    EXPECT_EQ(claims(DType::Bool, 4), "x 4");
}

TEST(VariantReason, NamesConstantsThatTheNearestHasNot) {
    const std::vector<ops::Constant> small{{"TILE_HEIGHT", "4"}, {"TILE_WIDTH", "8"}, {"DEPTH", "3"}, {"BODY", "a + b;"}};
    const std::vector<ops::Constant> near{{"TILE_HEIGHT", "4"}, {"TILE_WIDTH", "8"}, {"DEPTH", "5"}, {"BODY", "a + b;"}};
    const std::vector<ops::Constant> far{{"TILE_HEIGHT", "2"}, {"TILE_WIDTH", "6"}, {"DEPTH", "9"}, {"BODY", "a;"}};
    EXPECT_THAT(reasons({document_of(4, small), document_of(4, near), document_of(4, far)}),
                ElementsAre("generic; depth 3", "generic; depth 5", "generic; tile 2x6, depth 9, its body"));
    EXPECT_THAT(reasons({document_of(4, small), document_of(16, near)}), ElementsAre("generic", "x 16"))
        << "one with other claims can't be taken in its place";
    EXPECT_THAT(reasons({document_of(4, small), document_of(4, far, "reduce")}), ElementsAre("generic", "generic"))
        << "nor another kernel";
    EXPECT_THAT(reasons({document_of(4, small), document_of(4, small)}), ElementsAre("generic", "generic"))
        << "nor itself in another program";
}

TEST(VariantReason, IsShort) {
    std::vector<ops::Constant> one;
    std::vector<ops::Constant> two;
    for (const auto* name : {"A", "B", "C", "D", "E", "F"}) {
        one.push_back({name, "1"});
        two.push_back({name, "2"});
    }
    EXPECT_EQ(reasons({document_of(4, one), document_of(4, two)})[0], "generic; a 1, b 1, c 1, d 1 and 2 more");
}

TEST(VariantReason, OfAModelInOneKernelIsHowManyThereAre) {
    const std::string document = "family=cpu\nstem=persistent\ncallee 0=copy_1\ncallee 1=copy_2\n";
    EXPECT_THAT(reasons({document}), ElementsAre("2 kernels of a model in one"));
}

TEST(VariantReason, OfWhatIsNoDocumentIsSomething) {
    EXPECT_THAT(reasons({"", "=\n", "parameter guard=16\n", "parameter x guard=1000000000000000000000\n"}),
                ElementsAre("generic", "generic", "generic", "generic"));
    EXPECT_THAT(reasons({}), ElementsAre());
}

}  // namespace
}  // namespace abut::jit
