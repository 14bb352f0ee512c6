// SPDX-License-Identifier: Apache-2.0
// Servers that fail, those that ask who is there, and fleets of machines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "jit/cache_files.hpp"
#include "jit/remote_cache.hpp"
#include "support/child_process.hpp"
#include "support/error_text.hpp"
#include "support/fake_server.hpp"
#include "support/redis_kernels.hpp"
#include "support/redis_server.hpp"
#include "support/run_command.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using namespace std::chrono_literals;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

class RedisFaults : public test::RedisKernels {
protected:
    /// A machine compiles for itself, says why, and loses no more than two time-outs and what compiling takes.
    void expect_compiled(const std::string& url, const std::string& reason, const std::string& machine = "a") {
        auto options = on(machine, url);
        options.remote.connect_timeout = 200ms;
        options.remote.command_timeout = 200ms;
        const auto start = Clock::now();
        EXPECT_EQ(build(options).compiled, 2) << url;
        EXPECT_LT(Clock::now() - start, 4s) << url;
        const auto opened = events(machine, event_names::breaker);
        ASSERT_THAT(opened, SizeIs(1)) << "asked no more after that";
        EXPECT_THAT(opened[0].reason, HasSubstr(reason));
        EXPECT_EQ(opened[0].model, "zoo:model");
        EXPECT_EQ(build(options).loaded, 2);
    }
};

TEST_F(RedisFaults, Absent) {
    expect_compiled("redis://127.0.0.1:" + std::to_string(test::free_port()), "Connection refused");
    EXPECT_THAT(log_, HasSubstr("is not asked for 1 s"));
}

TEST_F(RedisFaults, WithoutAName) {
    // Longer than a part of a name may be, so that no resolver is asked.
    const std::string name(64, 'x');
    expect_compiled("redis://" + name, "Redis at " + name + ":6379 fails");
}

TEST_F(RedisFaults, Hanging) {
    const test::FakeServer server(test::FakeServer::silent());
    expect_compiled(server.url(), "timed out");
    EXPECT_EQ(server.connections(), 2);
}

TEST_F(RedisFaults, SendingAByteNowAndThen) {
    const test::FakeServer server(test::FakeServer::dripping());
    expect_compiled(server.url(), "timed out");
}

TEST_F(RedisFaults, ReturningGarbage) {
    int machine = 0;
    for (const std::string& bytes :
         {std::string("HTTP/1.1 400 Bad Request\r\n\r\n"), std::string("*2147483647\r\n"), std::string("*-7\r\n"),
          std::string("$-5\r\n"), std::string("$99999999999999999999\r\n"), std::string("\0\0\0\0", 4),
          std::string("*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n"), std::string(4096, '\xff')}) {
        const test::FakeServer server(test::FakeServer::saying(bytes));
        expect_compiled(server.url(), "fails, and is not asked", "machine " + std::to_string(machine++));
    }
}

TEST_F(RedisFaults, ReturningTruncatedReplies) {
    int machine = 0;
    for (const auto* bytes : {"", "*", "*1\r\n", "*2\r\n$-1\r\n", "$40\r\nabc"}) {
        const test::FakeServer server(test::FakeServer::saying(bytes));
        expect_compiled(server.url(), "closed the connection", "machine " + std::to_string(machine++));
    }
}

TEST_F(RedisFaults, ReturningOtherRepliesThanWereAskedFor) {
    int machine = 0;
    for (const auto* bytes : {"+OK\r\n", ":7\r\n", "$-1\r\n", "*0\r\n", "*1\r\n*0\r\n", "*3\r\n$1\r\na\r\n:1\r\n$-1\r\n"}) {
        const test::FakeServer server(test::FakeServer::saying(bytes));
        EXPECT_EQ(build(on("machine " + std::to_string(machine++), server.url())).compiled, 2) << bytes;
    }
}

TEST_F(RedisFaults, ReturningAnErrorWithControlCharacters) {
    const auto error = "-ERR \x1b[31m" + std::string(100'000, 'x') + "\r\n";
    const test::FakeServer server(
        test::FakeServer::saying(error + error + error));  // leases of two kernels, and who has them
    expect_compiled(server.url(), "ERR ?[31mxxx");
    EXPECT_LT(log_.size(), 1000U);
}

TEST_F(RedisFaults, ReturningMoreThanIsAskedFor) {
    const test::FakeServer server(test::FakeServer::saying("$50000000\r\n" + std::string(3 << 20, 'x')));
    auto options = on("a", server.url());
    options.remote.limit_bytes = 1 << 20;
    EXPECT_EQ(build(options).compiled, 2);
    EXPECT_THAT(events("a", event_names::breaker).at(0).reason, HasSubstr("replies with more than 2097152 bytes"));
}

TEST_F(RedisFaults, APasswordFromAFile) {
    const test::RedisServer server({"--requirepass", "sesame"});
    auto options = on("a", server.url());
    options.remote.password_file = test::write_secret(directory_of("password"), "sesame\n");
    EXPECT_EQ(build(options).compiled, 2);
    options.directory = directory_of("b");
    EXPECT_EQ(build(options).loaded, 2);
    expect_compiled(server.url(), "NOAUTH", "c");
    options.directory = directory_of("d");
    options.remote.password_file = test::write_secret(directory_of("password"), "wrong\n");
    EXPECT_EQ(build(options).compiled, 2);
    EXPECT_THAT(events("d", event_names::breaker).at(0).reason, HasSubstr("WRONGPASS"));
}

TEST_F(RedisFaults, APasswordThatTheServerRepeats) {
    const test::FakeServer server(
        test::FakeServer::saying("-ERR unknown command 'AUTH', with args beginning with: 'sesame'\r\n"));
    auto options = on("a", server.url());
    options.remote.password_file = test::write_secret(directory_of("password"), "sesame\n");
    EXPECT_EQ(build(options).compiled, 2);
    const auto opened = events("a", event_names::breaker);
    ASSERT_THAT(opened, SizeIs(1));
    EXPECT_THAT(opened[0].reason, HasSubstr("it refuses the password: ERR"));
    EXPECT_THAT(opened[0].reason + log_, testing::Not(HasSubstr("sesame")));
}

TEST_F(RedisFaults, ALeaseThatIsAskedForAgainIsTheAskersStill) {
    const test::RedisServer server;
    const auto nothing = [](const char*, const std::string&, const std::string&, const std::string&) {};
    RemoteCache one(on("a", server.url()), "identity", hash_key, nothing);
    RemoteCache other(on("b", server.url()), "identity", hash_key, nothing);
    const std::vector<VariantId> variants{{.key = "1", .document = "one"}, {.key = "2", .document = "two"}};
    const auto first = one.lease(variants, "");
    EXPECT_THAT(first.granted(), SizeIs(2));
    EXPECT_THAT(one.lease(variants, "").granted(), SizeIs(2)) << "as when a reply was lost";
    const auto again = one.lease(variants, "");
    EXPECT_THAT(other.lease(variants, "").granted(), IsEmpty());
}

TEST_F(RedisFaults, ALeaseIsRenewedWhileItsHolderTellsThatItCompiles) {
    const test::RedisServer server;
    auto options = on("a", server.url());
    options.wait = 1500ms;
    // How many of the two variants another machine may compile after the time of a lease.
    const auto granted_after = [&](const std::string& machine, bool is_telling) {
        options.directory = directory_of(machine);
        const auto backend = std::make_shared<test::TextBackend>();
        const auto nothing = [](const char*, const std::string&, const std::string&, const std::string&) {};
        RemoteCache other(on("other", server.url()), backend->identity(), hash_key, nothing);
        std::size_t granted = 99;
        backend->while_building = [&](const std::function<void(int)>& generated) {
            const auto end = Clock::now() + options.wait + 500ms;
            while (Clock::now() < end) {
                std::this_thread::sleep_for(50ms);
                if (is_telling) generated(0);
            }
            granted = other.lease(variant_ids(two_specs(), test::scale_sources), "").granted().size();
        };
        const Device device(backend, {.cache = options});
        KernelCache(device, test::scale_sources).get(two_specs());
        EXPECT_EQ(backend->built(), 1);
        return granted;
    };
    EXPECT_EQ(granted_after("a", true), 0U);
    EXPECT_THAT(names(server.url(), "lease"), IsEmpty()) << "given back";
    ask(server.url(), {"FLUSHALL"});
    EXPECT_EQ(granted_after("b", false), 2U) << "the control";
}

TEST_F(RedisFaults, ANodeOfAClusterIsNamedAsSuch) {
    int machine = 0;
    for (const auto* reply :
         {"-MOVED 3999 127.0.0.1:6381\r\n", "-ASK 3999 127.0.0.1:6381\r\n",
          "-CROSSSLOT Keys in request don't hash to the same slot\r\n", "-CLUSTERDOWN Hash slot not served\r\n"}) {
        const test::FakeServer server(test::FakeServer::saying(std::string(reply) + reply + reply));
        expect_compiled(server.url(), "it belongs to a Redis Cluster, which is not supported",
                        "machine " + std::to_string(machine++));
        EXPECT_THAT(server_fault(on("a", server.url()).remote).value_or(""),
                    AllOf(HasSubstr("Redis Cluster"), HasSubstr(std::string(reply).substr(1, 5))));
    }
    const test::FakeServer server(test::FakeServer::saying("-ERR busy\r\n-ERR busy\r\n-ERR busy\r\n"));
    expect_compiled(server.url(), "1 s: it says: ERR busy", "control");
}

TEST_F(RedisFaults, AuthoritiesWithoutTlsAreRefused) {
    auto options = on("a", "redis://127.0.0.1");
    options.remote.ca_file = "authorities.pem";
    EXPECT_THAT(error_text([&] { build(options); }), HasSubstr("expected rediss:// beside a file of authorities"));
}

/// A server with a certificate for localhost alone, and its authority.
class RedisThroughTls : public RedisFaults {
protected:
    void SetUp() override {
        for (const auto* name : {"server", "other"}) {
            const auto made = test::run_command({"openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                                                 "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                                                 path(name, ".key"), "-out", path(name, ".crt")});
            ASSERT_EQ(made.exit_code, 0) << made.output;
        }
        server_.emplace(std::vector<std::string>{"--tls-cert-file", path("server", ".crt"), "--tls-key-file",
                                                 path("server", ".key"), "--tls-auth-clients", "no"},
                        "--tls-port");
    }
    [[nodiscard]] std::string path(const std::string& name, const std::string& suffix) const {
        return files_.path() + "/" + name + suffix;
    }
    BuildReport build_with(const std::string& machine, const std::string& host, const std::string& authority) {
        auto options = on(machine, server_->url("rediss", host));
        options.remote.connect_timeout = 2s;
        options.remote.ca_file = authority;
        return build(options);
    }
    std::optional<test::RedisServer> server_;

private:
    test::TemporaryDirectory files_;
};

TEST_F(RedisThroughTls, IsBelievedWithACertificateThatIsItsOwn) {
    EXPECT_EQ(build_with("a", "localhost", path("server", ".crt")).compiled, 2);
    EXPECT_EQ(build_with("b", "localhost", path("server", ".crt")).loaded, 2);
    EXPECT_THAT(log_, IsEmpty());
}

TEST_F(RedisThroughTls, IsNotBelievedOtherwise) {
    EXPECT_EQ(build_with("a", "localhost", path("other", ".crt")).compiled, 2);
    EXPECT_EQ(build_with("b", "127.0.0.1", path("server", ".crt")).compiled, 2);
    EXPECT_EQ(build_with("c", "localhost", "").compiled, 2);
    for (const auto* machine : {"a", "b", "c"})
        EXPECT_THAT(events(machine, event_names::breaker).at(0).reason, HasSubstr("its certificate is not trusted"));
    EXPECT_THAT(error_text([&] { build_with("d", "localhost", path("server", ".key")); }),
                HasSubstr("expected a file in PEM"));
    expect_compiled(server_->url(), "fails, and is not asked", "plain");
}

class RedisFleet : public test::RedisKernels {
protected:
    /// One machine, as a process that starts with the others and writes a dot for each program that it compiles.
    test::ChildProcess machine(int number, const std::string& url) {
        return test::ChildProcess([=, this] {
            while (!fs::exists(directory_of("go"))) std::this_thread::sleep_for(1ms);
            const auto backend = std::make_shared<test::TextBackend>();
            backend->on_build = [&](const std::string&) {
                append_to_file(directory_of("built"), ".");
                std::this_thread::sleep_for(200ms);
            };
            auto options = on("machine " + std::to_string(number), url);
            if (url.empty()) options.remote = {};
            const Device device(backend, {.cache = options});
            KernelCache cache(device, test::scale_sources);
            return cache.get(two_specs()).size() == 2 ? 0 : 1;
        });
    }
    std::string programs_of_eight(const std::string& url) {
        std::vector<test::ChildProcess> machines;
        for (int i = 0; i < 8; ++i) machines.push_back(machine(i, url));
        test::write_file(directory_of("go"), {});
        for (auto& one : machines) EXPECT_EQ(one.wait(), 0);
        return test::file_text(directory_of("built"));
    }
};

TEST_F(RedisFleet, CompilesAVariantOnce) {
    const test::RedisServer server;
    EXPECT_EQ(programs_of_eight(server.url()), ".");
    EXPECT_THAT(names(server.url(), "lease"), IsEmpty());
    for (int i = 0; i < 8; ++i)
        EXPECT_THAT(list_files(directory_of("machine " + std::to_string(i)), entry_suffix), SizeIs(1));
}

TEST_F(RedisFleet, CompilesAVariantOnEachMachineWithoutAServer) {
    EXPECT_EQ(programs_of_eight(""), "........") << "the control";
}

TEST_F(RedisFleet, WaitsForTheTimeOfALeaseWhereItsHolderWasKilled) {
    const test::RedisServer server;
    auto options = on("a", server.url());
    options.wait = 3000ms;
    test::ChildProcess child([&] {
        const auto backend = std::make_shared<test::TextBackend>();
        backend->on_build = [](const std::string&) { ::raise(SIGKILL); };
        const Device device(backend, {.cache = options});
        KernelCache(device, test::scale_sources).get(two_specs());
        return 0;
    });
    EXPECT_EQ(child.wait(), -SIGKILL);
    EXPECT_THAT(names(server.url(), "lease"), SizeIs(2));
    options.directory = directory_of("b");
    options.wait = 30s;
    const auto start = Clock::now();
    EXPECT_EQ(build(options).compiled, 2);
    EXPECT_LT(Clock::now() - start, 15s);
    EXPECT_THAT(events("b", event_names::lock_timeout), IsEmpty()) << "it had the lease in the end";
    options.directory = directory_of("c");
    EXPECT_EQ(build(options).loaded, 2);
}

TEST_F(RedisFleet, CompilesForItselfWhereTheHolderOfALeaseDoesNotEnd) {
    const test::RedisServer server;
    auto options = on("a", server.url());
    const test::ChildProcess child([&] {
        const auto backend = std::make_shared<test::TextBackend>();
        backend->on_build = [](const std::string&) { ::raise(SIGSTOP); };
        const Device device(backend, {.cache = options});
        KernelCache(device, test::scale_sources).get(two_specs());
        return 0;
    });
    while (names(server.url(), "lease").size() < 2) std::this_thread::sleep_for(1ms);
    options.directory = directory_of("b");
    options.wait = 100ms;
    EXPECT_EQ(build(options).compiled, 2);
    EXPECT_THAT(events("b", event_names::lock_timeout).at(0).reason, HasSubstr("another machine"));
    EXPECT_THAT(names(server.url(), "lease"), SizeIs(2)) << "the other's, left alone";
}

}  // namespace
}  // namespace abut::jit
