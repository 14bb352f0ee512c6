// SPDX-License-Identifier: Apache-2.0
#include "jit/key_document.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "jit/generate_source.hpp"
#include "jit/variant_document.hpp"
#include "support/scale_kernel.hpp"

namespace abut::jit {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::string text_of(const std::vector<Field>& fields) {
    std::string text;
    for (const auto& field : fields) add_field(field.name, field.value, text);
    return text;
}

TEST(KeyDocument, KeepsFieldsInTheirOrder) {
    const std::vector<Field> fields{{"b", "2"}, {"a", "1"}, {"b", ""}};
    EXPECT_EQ(text_of(fields), "b=2\na=1\nb=\n");
    EXPECT_EQ(fields_of(text_of(fields)), fields);
    EXPECT_EQ(field_value(text_of(fields), "a"), "1");
    EXPECT_EQ(field_value(text_of(fields), "c"), "");
}

TEST(KeyDocument, IsAnotherTextForAnyOtherFields) {
    // What a value could hold to look like another field.
    const std::vector<std::vector<Field>> lists{{{"a", "1"}, {"b", "2"}},
                                                {{"a", "1\nb=2"}},
                                                {{"a", "1\\nb=2"}},
                                                {{"a", "1\\"}, {"b", "2"}},
                                                {{"a", "1"}, {"b", "2"}, {"", ""}},
                                                {{"a=1\nb", "2"}},
                                                {{"a\\e1", "2"}},
                                                {{"a=1", "2"}},
                                                {{"a", "1=2"}},
                                                {}};
    std::set<std::string> texts;
    for (const auto& fields : lists) {
        EXPECT_EQ(fields_of(text_of(fields)), fields);
        texts.insert(text_of(fields));
    }
    EXPECT_EQ(texts.size(), lists.size());
}

TEST(KeyDocument, ReadsWhatAddFieldDidNotWrite) {
    EXPECT_EQ(fields_of("no equals\nx=1"), (std::vector<Field>{{"no equals", ""}, {"x", "1"}}));
    EXPECT_EQ(fields_of("x=\\").front().value, "\\");
}

std::string document_of(const ops::KernelSpec& spec) {
    return variant_document(spec, test::scale_sources);
}

TEST(VariantDocument, NamesAllThatAVariantIs) {
    const auto document = document_of(test::scale_spec("2.0f"));
    const auto fields = fields_of(document);
    for (const auto& field : std::vector<Field>{{"schema", "1"},
                                                {"generator", "1"},
                                                {"family", "cpu"},
                                                {"stem", "scale"},
                                                {"items", "1"},
                                                {"local floats", "0"},
                                                {"parameters", "x, y, add"},
                                                {"parameter x kind", "read"},
                                                {"parameter x type", "float32"},
                                                {"parameter x guard", "4"},
                                                {"parameter add kind", "scalar"},
                                                {"constant FACTOR", "2.0f"}})
        EXPECT_THAT(fields, Contains(field));
    for (const auto* file : {"file cpu/prelude.cl", "file cpu/scale.cl", "file functions.cl", "text"})
        EXPECT_EQ(field_value(document, file).size(), 32U) << file;
    EXPECT_EQ(variant_key(test::scale_spec("2.0f"), test::scale_sources), core::hash_hex(document));
}

TEST(VariantDocument, DiffersWithEachPartOfTheSpec) {
    std::vector<ops::KernelSpec> specs(9, test::scale_spec("1"));
    specs[1].constants[0].text = "2";
    specs[2].parameters[0].guard = 64;
    specs[3].parameters[0].dtype = DType::Int64;
    specs[4].parameters[1].kind = ops::ParameterKind::Read;
    specs[5].parameters[2].name = "offset";
    specs[6].items = 2;
    specs[7].local_floats = 8;
    specs[8].callees = {test::scale_spec("1")};
    std::set<std::string> documents;
    for (const auto& spec : specs) documents.insert(document_of(spec));
    EXPECT_EQ(documents.size(), specs.size());
}

TEST(VariantDocument, DiffersWithEachByteOfAFile) {
    for (const auto* changed : {"cpu/scale.cl", "cpu/prelude.cl", "functions.cl"}) {
        const std::string other = std::string(test::scale_sources(changed)) + " ";
        const KernelSources sources = [&](std::string_view path) {
            return path == changed ? std::string_view(other) : test::scale_sources(path);
        };
        EXPECT_NE(variant_document(test::scale_spec("1"), sources), document_of(test::scale_spec("1"))) << changed;
    }
}

TEST(VariantDocument, NamesCalleesByTheirDocuments) {
    auto caller = test::scale_spec("1");
    caller.callees = {test::scale_spec("2")};
    auto other = caller;
    other.callees[0].parameters[0].guard = 64;  // the same text
    const auto callee = "scale_" + core::hash_hex(document_of(test::scale_spec("2")));
    EXPECT_EQ(field_value(document_of(caller), "callee 0"), callee);
    EXPECT_NE(document_of(caller), document_of(other));
    // Not by their keys, which a hash that is no good would make the same.
    const KernelSources same_keys(test::scale_sources, [](std::string_view) { return std::string("same"); });
    EXPECT_EQ(field_value(variant_document(caller, same_keys), "callee 0"), callee);
}

TEST(VariantDocument, HoldsNoPlaceOfTheMachine) {
    const auto document = document_of(test::scale_spec("2.0f"));
    EXPECT_THAT(document, Not(HasSubstr("/work")));
    EXPECT_THAT(document, Not(HasSubstr(ABUT_SOURCE_DIR)));
}

}  // namespace
}  // namespace abut::jit
