// SPDX-License-Identifier: Apache-2.0
// Kernels that machines share through a Redis server, on a device that compiles nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "jit/cache_files.hpp"
#include "support/error_text.hpp"
#include "support/fake_server.hpp"
#include "support/redis_kernels.hpp"
#include "support/redis_server.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using namespace std::chrono_literals;

class RedisCache : public test::RedisKernels {
protected:
    [[nodiscard]] CacheOptions on(const std::string& machine) const { return RedisKernels::on(machine, server_.url()); }
    [[nodiscard]] std::vector<std::string> names_of(const std::string& kind) const { return names(server_.url(), kind); }

    test::RedisServer server_;
};

TEST_F(RedisCache, AMachineFindsWhatAnotherCompiled) {
    EXPECT_EQ(build(on("a")).compiled, 2);
    const auto found = build(on("b"));
    EXPECT_EQ(found.loaded, 2);
    EXPECT_EQ(found.compiled, 0);
    EXPECT_EQ(backend_->loaded(), 1);
    EXPECT_EQ(list_files(directory_of("b"), entry_suffix), list_files(directory_of("a"), entry_suffix));
    EXPECT_THAT(events("b", event_names::miss), IsEmpty());
    EXPECT_THAT(names_of("variant"), SizeIs(2));
    EXPECT_THAT(names_of("entry"), SizeIs(1));
    EXPECT_THAT(names_of("lease"), IsEmpty());
    EXPECT_THAT(log_, IsEmpty());
    auto alone = on("c");
    alone.remote = {};
    EXPECT_EQ(build(alone).compiled, 2) << "the control";
}

TEST_F(RedisCache, WithoutADirectoryKernelsAreSharedAllTheSame) {
    auto options = on("a");
    options.directory = "";
    EXPECT_EQ(build(options).compiled, 2);
    EXPECT_EQ(build(options).loaded, 2);
}

TEST_F(RedisCache, AnEntryEndsAfterItsTime) {
    build(on("a"));
    for (const auto* kind : {"variant", "entry"}) {
        const auto name = names_of(kind).at(0);
        const auto left = ask(server_.url(), {"TTL", name}).number;
        EXPECT_GT(left, 29 * 24 * 3600);
        EXPECT_LE(left, 30 * 24 * 3600);
    }
}

TEST_F(RedisCache, AKernelOfTheDirectoryMakesNoCall) {
    build(on("a"));
    const test::FakeServer other(test::FakeServer::silent());
    EXPECT_EQ(build(RedisKernels::on("a", other.url())).loaded, 2);
    EXPECT_EQ(other.connections(), 0);
    auto hurried = RedisKernels::on("b", other.url());
    hurried.remote.command_timeout = 20ms;
    build(hurried);
    EXPECT_GT(other.connections(), 0) << "the control";
}

TEST_F(RedisCache, WhoOnlyReadsWritesNothing) {
    auto reader = on("a");
    reader.remote.read_only = true;
    EXPECT_EQ(build(reader).compiled, 2);
    reader = on("b");
    reader.mode = CacheMode::ReadOnly;
    EXPECT_EQ(build(reader).compiled, 2);
    reader.mode = CacheMode::Require;
    EXPECT_THAT(error_text([&] { build(reader); }), HasSubstr("2 of 2 kernels"));
    EXPECT_EQ(ask(server_.url(), {"DBSIZE"}).number, 0);
    build(on("c"));
    EXPECT_GT(ask(server_.url(), {"DBSIZE"}).number, 0) << "the control";
    EXPECT_EQ(build(reader).loaded, 2) << "compiles nothing, and finds them there";
    reader.mode = CacheMode::ReadOnly;
    EXPECT_EQ(build(reader).loaded, 2);
    reader.mode = CacheMode::Off;
    EXPECT_EQ(build(reader).compiled, 2);
}

TEST_F(RedisCache, ADatabaseOfItsOwn) {
    build(RedisKernels::on("a", server_.url() + "/3"));
    EXPECT_EQ(ask(server_.url(), {"DBSIZE"}).number, 0);
    EXPECT_EQ(build(RedisKernels::on("b", server_.url() + "/3")).loaded, 2);
}

TEST_F(RedisCache, AnEntryThatIsTooLargeStaysHere) {
    auto options = on("a");
    options.remote.limit_bytes = 100;
    EXPECT_EQ(build(options).compiled, 2);
    EXPECT_THAT(names_of("entry"), IsEmpty());
    EXPECT_THAT(events("a", event_names::failed_publish).at(0).reason, HasSubstr("of a limit of 100"));
    EXPECT_EQ(build(options).loaded, 2);
}

TEST_F(RedisCache, AnEntryThatTheDriverRefusesIsCompiledOnce) {
    build(on("a"));
    refuses_ = true;
    EXPECT_EQ(build(on("b")).compiled, 2);
    EXPECT_EQ(backend_->built(), 1);
    EXPECT_THAT(events("b", event_names::refused).at(0).reason, HasSubstr("the driver refuses the binary"));
    EXPECT_THAT(log_, HasSubstr("the driver refuses the binary"));
}

TEST_F(RedisCache, GoesOnWithAServerThatWasStartedAgain) {
    const Device device(std::make_shared<test::TextBackend>(), {.cache = on("a")});
    KernelCache cache(device, test::scale_sources);
    const auto compiled = [&](const char* factor) {
        BuildReport report;
        cache.get(std::vector{test::scale_spec(factor)}, {}, &report);
        return report.compiled;
    };
    EXPECT_EQ(compiled("1"), 1);
    server_.stop();
    server_.start();
    EXPECT_EQ(compiled("2"), 1);
    EXPECT_THAT(names_of("variant"), SizeIs(1)) << "kept by the new one";
    server_.stop();
    EXPECT_EQ(compiled("3"), 1);
    EXPECT_EQ(compiled("4"), 1);
    EXPECT_THAT(events("a", event_names::breaker), Not(IsEmpty()));
    server_.start();
    // The breaker lets it be asked again in a second, or two where this machine is slow.
    for (int i = 0; i < 200 && names_of("variant").empty(); ++i) {
        std::this_thread::sleep_for(50ms);
        EXPECT_EQ(compiled(("5." + std::to_string(i)).c_str()), 1);
    }
    EXPECT_THAT(names_of("variant"), SizeIs(1));
}

/// Bytes of one entry, changed, under one name.
class PoisonedRedisCache : public RedisCache {
protected:
    void SetUp() override {
        build(on("a"));
        name_ = names_of("entry").at(0);
        sound_ = ask(server_.url(), {"GET", name_}).text;
        ASSERT_EQ(build(on("control")).compiled, 0);
    }
    void poison(const std::string& bytes) { ask(server_.url(), {"SET", name_, bytes}); }
    /// A machine that sees the poison compiles, says why, and leaves a sound entry.
    void expect_refused(const std::string& machine, const std::string& reason) {
        EXPECT_EQ(build(on(machine)).compiled, 2) << machine;
        EXPECT_EQ(backend_->loaded(), 0) << machine;
        EXPECT_THAT(events(machine, event_names::refused), Not(IsEmpty())) << machine;
        EXPECT_THAT(events(machine, event_names::refused).at(0).reason, HasSubstr(reason));
        EXPECT_EQ(build(on(machine + " later")).compiled, 0) << machine;
    }
    std::string name_;
    std::string sound_;
};

TEST_F(PoisonedRedisCache, ByAFlippedBit) {
    for (const auto place : {std::size_t{0}, std::size_t{31}, std::size_t{32}, sound_.size() / 2, sound_.size() - 1}) {
        auto bytes = sound_;
        bytes[place] ^= 1;
        poison(bytes);
        expect_refused("bit " + std::to_string(place), "not written, under this name, by anybody with the key");
    }
}

TEST_F(PoisonedRedisCache, ByBytesThatAreMissing) {
    for (const auto size : {std::size_t{0}, std::size_t{1}, std::size_t{32}, sound_.size() / 2, sound_.size() - 1}) {
        poison(sound_.substr(0, size));
        expect_refused("size " + std::to_string(size), "not written, under this name");
    }
}

TEST_F(PoisonedRedisCache, ByWhoHasAnotherKey) {
    auto stranger = on("stranger");
    stranger.remote.key_file = test::write_secret(directory_of("other-key"), std::string(40, 'k'));
    EXPECT_EQ(build(stranger).compiled, 2) << "it does not take ours, and writes over it";
    expect_refused("us", "by anybody with the key");
}

TEST_F(PoisonedRedisCache, ByAnEntryOfAnotherNameThatIsSealed) {
    build(on("a"), {test::scale_spec("3.0f")});
    for (const auto& name : names_of("entry")) {
        if (name != name_) poison(ask(server_.url(), {"GET", name}).text);
    }
    expect_refused("us", "not written, under this name");
}

TEST_F(PoisonedRedisCache, ByAVariantThatLeadsToAnotherEntry) {
    build(on("a"), {test::scale_spec("3.0f")});
    std::string other;
    for (const auto& name : names_of("entry")) {
        if (name != name_) other = name.substr(std::string_view("abut:1:entry:").size());
    }
    for (const auto& name : names_of("variant")) ask(server_.url(), {"SET", name, other});
    EXPECT_EQ(build(on("us")).compiled, 2) << "sound, and not what is wanted";
    EXPECT_EQ(backend_->loaded(), 0);
}

TEST_F(PoisonedRedisCache, ByVariantsThatLeadNowhere) {
    int machine = 0;
    for (const std::string& text : {std::string(), std::string("../../etc/passwd"), std::string(1 << 20, 'x'),
                                    std::string(32, '0') + ".kernels", std::string(32, 'G') + ".kernels"}) {
        for (const auto& name : names_of("variant")) ask(server_.url(), {"SET", name, text});
        EXPECT_EQ(build(on("us " + std::to_string(machine++))).compiled, 2) << text.substr(0, 40);
    }
    for (const auto& name : names_of("variant")) {
        ask(server_.url(), {"DEL", name});
        ask(server_.url(), {"LPUSH", name, "a list"});
    }
    EXPECT_EQ(build(on("us")).compiled, 2);
}

TEST(RedisSeal, IsHmacSha256) {
    // https://www.rfc-editor.org/rfc/rfc4231 test case 2
    const std::string key = "Jefe";
    const std::string text = "what do ya want for nothing?";
    std::string hex;
    for (const auto byte : load_hmac_sha256()(std::as_bytes(std::span(key)), std::as_bytes(std::span(text))))
        hex += fmt::format("{:02x}", std::to_integer<int>(byte));
    EXPECT_EQ(hex, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_F(RedisCache, OptionsThatCanNotBeUsedAreErrors) {
    auto options = on("a");
    options.remote.key_file = "";
    EXPECT_THAT(error_text([&] { build(options); }), HasSubstr("expected a file with the key"));
    options = on("a");
    ::chmod(options.remote.key_file.c_str(), 0644);
    EXPECT_THAT(error_text([&] { build(options); }), HasSubstr("chmod 600"));
    ::chmod(options.remote.key_file.c_str(), 0600);
    options.remote.key_file = test::write_secret(directory_of("short"), std::string(31, 'k'));
    EXPECT_THAT(error_text([&] { build(options); }), HasSubstr("expected 32 to"));
    EXPECT_THAT(error_text([&] { build(RedisKernels::on("a", "redis:host")); }), HasSubstr("expected redis://"));
    EXPECT_THAT(error_text([&] { build(RedisKernels::on("a", "redis://ci@host")); }), HasSubstr("the user's password"));
    options = on("a");
    options.remote.limit_bytes = 0;
    EXPECT_THAT(error_text([&] { build(options); }), HasSubstr("limit_bytes of a remote cache"));
    EXPECT_EQ(build(on("a")).compiled, 2);
}

}  // namespace
}  // namespace abut::jit
