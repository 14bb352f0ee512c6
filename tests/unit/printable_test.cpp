// SPDX-License-Identifier: Apache-2.0
#include "core/printable.hpp"

#include <gtest/gtest.h>

namespace abut::core {
namespace {

TEST(Printable, PrintableTextStays) {
    for (const char* text : {"", "conv1/relu:0", "\u00e4\u20ac\U0001f600"}) EXPECT_EQ(one_line(text), text);
}

TEST(Printable, ControlCharactersAreReplaced) {
    EXPECT_EQ(one_line("a\nb\x1b[31m\x7f"), "a?b?[31m?");
    EXPECT_EQ(one_line("a\u009b\u2028\u202eb"), "a???b");
}

TEST(Printable, MalformedUtf8IsReplaced) {
    EXPECT_EQ(one_line("\xff\x80"), "??");
    EXPECT_EQ(one_line("\xc3"), "?");                 // cut off
    EXPECT_EQ(one_line("\xc0\xaf"), "??");            // "/" in two bytes
    EXPECT_EQ(one_line("\xe0\x80\xaf"), "???");       // and in three
    EXPECT_EQ(one_line("\xed\xa0\x80"), "???");       // a surrogate
    EXPECT_EQ(one_line("\xf4\x90\x80\x80"), "????");  // beyond the last code point
    EXPECT_EQ(one_line("\xe2\x28\xa1"), "?(?");
}

TEST(Printable, LongTextIsCutBetweenCharacters) {
    EXPECT_EQ(printable(std::string(200, 'a')), std::string(200, 'a'));
    EXPECT_EQ(printable(std::string(201, 'a')), std::string(200, 'a') + "...");
    EXPECT_EQ(printable(std::string(199, 'a') + "\u00e4b"), std::string(199, 'a') + "...");
}

}  // namespace
}  // namespace abut::core
