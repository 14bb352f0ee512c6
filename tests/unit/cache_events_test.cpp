// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "jit/json_line.hpp"
#include "support/child_process.hpp"
#include "support/file_bytes.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

CacheEvent sample(std::int64_t time = 5) {
    return {.time = time,
            .process = 42,
            .event = event_names::miss,
            .key = "k",
            .kernel = "conv2d",
            .model = "zoo:\"name\" \\ \xc3\xa9",
            .device = "d",
            .variants = "a b",
            .reason = "why"};
}

TEST(CacheEvents, ComeBackAsTheyWereWritten) {
    const auto line = event_line(sample());
    EXPECT_EQ(
        line,
        "{\"time\":5,\"process\":42,\"event\":\"miss\",\"key\":\"k\",\"kernel\":\"conv2d\",\"model\":\"zoo:\\\"name\\\" "
        "\\\\ \xc3\xa9\",\"device\":\"d\",\"variants\":\"a b\",\"reason\":\"why\"}\n");
    EXPECT_EQ(parse_event(std::string_view(line).substr(0, line.size() - 1)), sample());
}

TEST(CacheEvents, StayBelowFourKibibytes) {
    for (const char c : {'x', '"', '\n', '\xff'}) {
        CacheEvent event = sample();
        for (auto* text : {&event.event, &event.key, &event.kernel, &event.model, &event.device, &event.reason})
            *text = std::string(100'000, c);
        event.variants = std::string(100'000, 'f');
        const auto line = event_line(event);
        EXPECT_LT(line.size(), 4096U);
        EXPECT_EQ(std::ranges::count(line, '\n'), 1);
        EXPECT_TRUE(parse_event(std::string_view(line).substr(0, line.size() - 1)));
    }
}

TEST(CacheEvents, AreNothingWhereALineIsCutOff) {
    const auto line = event_line(sample());
    for (std::size_t size = 0; size + 1 < line.size(); ++size) EXPECT_FALSE(parse_event(line.substr(0, size))) << size;
    EXPECT_FALSE(parse_event("{\"event\":\"miss\"}"));
    EXPECT_FALSE(parse_json_line("{\"a\":1,\"a\":2}"));
    EXPECT_FALSE(parse_json_line("{\"a\":{}}"));
}

TEST(JsonLine, HoldsTextOnly) {
    EXPECT_EQ(json_string("a\tb\xe2\x82\xac", 100), "\"a?b\xe2\x82\xac\"");
    // Cut within a character, too long a form, a surrogate, beyond Unicode, a lonely continuation.
    EXPECT_EQ(json_string("\xe2\x82\xac", 2), "\"??\"");
    for (const auto* bad : {"\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\x80"})
        EXPECT_EQ(json_string(bad, 100).find_first_not_of("\"?"), std::string::npos) << bad;
}

TEST(CacheEvents, AreReadOldestFirstFromATime) {
    const test::TemporaryDirectory directory;
    EXPECT_THAT(read_events(directory.path()), IsEmpty());
    for (int i = 0; i < 3; ++i) append_event(directory.path(), sample(i));
    const auto path = directory.path() + "/events.log";
    // What a process that was killed left, and what somebody wrote.
    const auto damaged = test::file_text(path) + "{\"time\":1,\"ev\nnonsense\n" + event_line(sample(9));
    test::write_file(path, std::as_bytes(std::span(damaged)));
    EXPECT_THAT(read_events(directory.path()), SizeIs(4));
    EXPECT_EQ(read_events(directory.path(), 2).front(), sample(2));
    EXPECT_EQ(read_events(directory.path(), 2).back(), sample(9));
}

TEST(CacheEvents, RotateAndKeepTheLast) {
    const test::TemporaryDirectory directory;
    CacheEvent event = sample();
    event.reason = std::string(700, 'x');
    constexpr int count = 3000;  // more than two logs hold
    std::vector<test::ChildProcess> children;
    for (int child = 0; child < 2; ++child)
        children.emplace_back([&] {
            for (int i = 0; i < count / 2; ++i) append_event(directory.path(), event);
            return 0;
        });
    for (auto& child : children) EXPECT_EQ(child.wait(), 0);
    event.time = 77;
    append_event(directory.path(), event);
    EXPECT_TRUE(std::filesystem::exists(directory.path() + "/events.log.1"));
    EXPECT_LT(std::filesystem::file_size(directory.path() + "/events.log"), 1'100'000U);
    const auto events = read_events(directory.path());
    EXPECT_GT(events.size(), 1000U);
    EXPECT_EQ(events.back(), event);
}

TEST(CacheEvents, AreSilentWhereTheyCanNotBeWritten) {
    append_event("/nowhere", sample());
    EXPECT_THAT(read_events("/nowhere"), IsEmpty());
}

}  // namespace
}  // namespace abut::jit
