// SPDX-License-Identifier: Apache-2.0
#include "jit/explain_miss.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/cache_sample.hpp"

namespace abut::jit {
namespace {

using test::sample_document;
using test::sample_identity;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

WantedVariant wanted(const std::string& factor) {
    const auto variant = test::sample_variant(factor);
    return {.key = variant.key, .identity = sample_identity, .document = variant.document};
}

MissExplanation explain_miss(const WantedVariant& variant, const std::vector<KnownVariant>& known,
                             const std::vector<CacheEvent>& events) {
    return explain_misses({&variant, 1}, known, events).at(0);
}

KnownVariant known(const std::string& entry, const std::string& document, const std::string& identity = sample_identity) {
    return {.entry = entry, .identity = identity, .document = document};
}

TEST(ExplainMiss, NamesTheFieldThatDiffers) {
    const std::vector entries{known("other", sample_document("2", "conv2d")), known("near", sample_document("2"))};
    const auto explanation = explain_miss(wanted("1"), entries, {});
    EXPECT_EQ(explanation.reason, MissReason::Different);
    EXPECT_EQ(explanation.nearest, "near");
    // Not the digest of the text, which follows.
    EXPECT_THAT(explanation.document_differences, ElementsAre(FieldDifference{"constant FACTOR", "1", "2"}));
    EXPECT_EQ(to_text(explanation), "the nearest, near, has constant FACTOR 2, wanted 1");
}

TEST(ExplainMiss, NamesAnotherDriverGuardOrOption) {
    const std::string other_driver = "api=text\ndevice=paper\ndriver=2\nPOCL_LLVM_CPU_NAME=x\n";
    auto explanation = explain_miss(wanted("1"), std::vector{known("e", sample_document("1"), other_driver)}, {});
    EXPECT_THAT(explanation.identity_differences,
                ElementsAre(FieldDifference{"driver", "1", "2"}, FieldDifference{"POCL_LLVM_CPU_NAME", "", "x"}));
    EXPECT_THAT(to_text(explanation), HasSubstr("driver 2, wanted 1; POCL_LLVM_CPU_NAME x, wanted nothing"));
    auto guarded = sample_document("1");
    guarded.replace(guarded.find("guard=16"), 8, "guard=4");
    explanation = explain_miss(wanted("1"), std::vector{known("e", guarded)}, {});
    EXPECT_THAT(explanation.document_differences, ElementsAre(FieldDifference{"parameter x guard", "16", "4"}));
}

TEST(ExplainMiss, NamesAFileWhereNothingElseIsAnother) {
    const auto with_files = [](const std::string& prelude, const std::string& text) {
        return "family=cpu\nstem=scale\nfile cpu/prelude.cl=" + prelude + "\ntext=" + text + "\n";
    };
    EXPECT_THAT(document_differences(with_files("1", "1"), with_files("2", "2")),
                ElementsAre(FieldDifference{"file cpu/prelude.cl", "1", "2"}));
    EXPECT_THAT(document_differences(with_files("1", "1"), with_files("1", "2")),
                ElementsAre(FieldDifference{"text", "1", "2"}));
    EXPECT_THAT(document_differences("a=1\n", "a=1\n"), IsEmpty());
}

TEST(ExplainMiss, TakesTheEntryThatDiffersLeast) {
    const std::string far = "api=text\ndevice=other\ndriver=2\n";
    const std::vector entries{known("far", sample_document("1"), far), known("near", sample_document("2"))};
    EXPECT_EQ(explain_miss(wanted("1"), entries, {}).nearest, "near");
    EXPECT_EQ(explain_miss(wanted("1"), std::vector{known("it", sample_document("1"))}, {}).reason, MissReason::Present);
}

TEST(ExplainMiss, ExplainsEachOfManyByItself) {
    const std::vector entries{known("first", sample_document("1")), known("other", sample_document("2", "conv2d"))};
    const std::vector all{wanted("3"), wanted("1"), wanted("2")};
    const auto explanations = explain_misses(all, entries, {});
    ASSERT_EQ(explanations.size(), 3U);
    EXPECT_EQ(to_text(explanations[0]), "the nearest, first, has constant FACTOR 1, wanted 3");
    EXPECT_EQ(explanations[1].reason, MissReason::Present);
    EXPECT_EQ(to_text(explanations[2]), "the nearest, first, has constant FACTOR 1, wanted 2");
    EXPECT_THAT(explain_misses({}, entries, {}), IsEmpty());
}

TEST(ExplainMiss, SaysWhatBecameOfIt) {
    const auto variant = wanted("1");
    CacheEvent eviction{.time = 1'800'000'000,
                        .event = event_names::eviction,
                        .key = "entry",
                        .device = core::hash_hex(sample_identity),
                        .variants = "x " + variant.key};
    const std::vector entries{known("near", sample_document("2"))};
    EXPECT_EQ(to_text(explain_miss(variant, entries, std::vector{eviction})), "it was evicted at 2027-01-15T08:00:00Z");
    auto quarantine = eviction;
    quarantine.event = event_names::quarantine;
    quarantine.reason = "refused";
    EXPECT_EQ(to_text(explain_miss(variant, entries, std::vector{eviction, quarantine})),
              "it was quarantined at 2027-01-15T08:00:00Z: refused");
    eviction.device = "another";
    EXPECT_EQ(explain_miss(variant, entries, std::vector{eviction}).reason, MissReason::Different);
    EXPECT_EQ(explain_miss(variant, {}, {}).reason, MissReason::Absent);
}

TEST(ExplainMiss, StaysShort) {
    std::string one;
    std::string other;
    add_field("family", "cpu", one);
    add_field("family", "cpu", other);
    for (int i = 0; i < 1000; ++i) {
        add_field("constant C" + std::to_string(i), std::string(10'000, 'x'), one);
        add_field("constant C" + std::to_string(i), std::string(10'000, 'y'), other);
    }
    const auto explanation =
        explain_miss({.key = "k", .identity = "", .document = one}, std::vector{known("e", other, "")}, {});
    EXPECT_LT(to_text(explanation).size(), 1000U);
    EXPECT_THAT(to_text(explanation), HasSubstr("and 996 more"));
}

}  // namespace
}  // namespace abut::jit
