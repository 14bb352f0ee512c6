// SPDX-License-Identifier: Apache-2.0
// What a cache in Redis is told, and what it needs no server for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "jit/circuit_breaker.hpp"
#include "jit/redis_url.hpp"
#include "jit/secret_file.hpp"
#include "support/error_text.hpp"
#include "support/file_bytes.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using namespace std::chrono_literals;

TEST(RedisUrls, AreUnderstood) {
    EXPECT_EQ(parse_redis_url("redis://cache"), (RedisUrl{.host = "cache"}));
    EXPECT_EQ(parse_redis_url("redis://10.0.0.7:6380/"), (RedisUrl{.host = "10.0.0.7", .port = "6380"}));
    EXPECT_EQ(parse_redis_url("rediss://ci@cache.example:1/15"),
              (RedisUrl{.tls = true, .user = "ci", .host = "cache.example", .port = "1", .database = 15}));
    EXPECT_EQ(parse_redis_url("redis://[::1]:7"), (RedisUrl{.host = "::1", .port = "7"}));
    EXPECT_EQ(parse_redis_url("redis://[fe80::1%eth0]"), (RedisUrl{.host = "fe80::1%eth0"}));
}

TEST(RedisUrls, OthersAreRefusedWithWhatWasExpected) {
    for (const auto* text : {"redis://",
                             "redis:///1",
                             "redis://:6379",
                             "redis://host:",
                             "redis://host:0",
                             "redis://host:65536",
                             "redis://host:x",
                             "redis://host:-1",
                             "redis://host:+1",
                             "redis://host/x",
                             "redis://host/-1",
                             "redis://host/1/2",
                             "redis://[::1",
                             "redis://[::1]x",
                             "redis://ho st",
                             "redis://host\n",
                             "redis://@host",
                             "http://host",
                             "redi://host",
                             "://",
                             "redis://host:6379?timeout=1",
                             "redis://host/99999999999999999999",
                             "redis://a b@host"}) {
        EXPECT_THAT(error_text([&] { parse_redis_url(text); }),
                    AllOf(HasSubstr("expected redis://[USER@]HOST[:PORT][/DATABASE]"), Not(HasSubstr("\n"))))
            << text;
    }
}

TEST(RedisUrls, APasswordIsRefusedAndNotRepeated) {
    for (const auto* text : {"redis://:sesame@host", "rediss://ci:sesame@host:1/2", "redis://:a@sesame@host"}) {
        EXPECT_THAT(error_text([&] { parse_redis_url(text); }),
                    AllOf(HasSubstr("a URL with a password"), HasSubstr("in a file"), Not(HasSubstr("sesame"))));
    }
}

class SecretFiles : public testing::Test {
protected:
    std::string write(const std::string& text, mode_t mode) {
        const auto path = directory_.path() + "/secret";
        test::write_file(path, std::as_bytes(std::span(text)));
        EXPECT_EQ(::chmod(path.c_str(), mode), 0);
        return path;
    }
    test::TemporaryDirectory directory_;
};

TEST_F(SecretFiles, AreReadWithoutTheLinesEnd) {
    EXPECT_EQ(read_secret(write("sesame\n", 0600), "key", 6), "sesame");
    EXPECT_EQ(read_secret(write("sesame", 0400), "key", 6), "sesame");
}

TEST_F(SecretFiles, ThatOthersReadAreRefused) {
    for (const mode_t mode : {0640U, 0604U, 0660U, 0610U, 0666U})
        EXPECT_THAT(error_text([&] { read_secret(write("sesame", mode), "key", 1); }), HasSubstr("chmod 600")) << mode;
}

TEST_F(SecretFiles, AreNeitherShortNorLongNorElsewhere) {
    EXPECT_THAT(error_text([&] { read_secret(write("sesame\n", 0600), "key", 7); }), HasSubstr("found 6"));
    EXPECT_THAT(error_text([&] { read_secret(write(std::string(5000, 'x'), 0600), "key", 7); }),
                HasSubstr("at most 4096 bytes, found 5000"));
    EXPECT_THAT(error_text([&] { read_secret(directory_.path() + "/no", "key", 1); }), HasSubstr("can't open"));
    EXPECT_THAT(error_text([&] { read_secret(directory_.path(), "key", 1); }), HasSubstr("a regular file"));
}

TEST(CircuitBreakers, WaitLongerEachTime) {
    CircuitBreaker breaker;
    auto now = std::chrono::steady_clock::time_point(1h);
    EXPECT_TRUE(breaker.allows(now));
    EXPECT_FALSE(breaker.note_failure(now));
    EXPECT_TRUE(breaker.allows(now));
    for (const auto pause : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
        EXPECT_EQ(breaker.note_failure(now), pause);
        EXPECT_FALSE(breaker.allows(now + pause - 1ms));
        now += pause;
        EXPECT_TRUE(breaker.allows(now));
    }
    breaker.note_success();
    EXPECT_FALSE(breaker.note_failure(now));
    EXPECT_EQ(breaker.note_failure(now), 1s);
}

}  // namespace
}  // namespace abut::jit
