// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "jit/cache_events.hpp"
#include "jit/kernel_cache.hpp"
#include "jit/redis_link.hpp"
#include "support/cache_sample.hpp"
#include "support/file_bytes.hpp"
#include "support/scale_kernel.hpp"
#include "support/temporary_directory.hpp"
#include "support/text_backend.hpp"

namespace abut::test {

inline std::string write_secret(const std::string& path, const std::string& text) {
    write_file(path, std::as_bytes(std::span(text)));
    if (::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0) throw std::runtime_error("no mode of " + path);
    return path;
}

/// Machines that share a cache: each is a directory of its own.
class RedisKernels : public testing::Test {
protected:
    static std::vector<ops::KernelSpec> two_specs() { return {scale_spec("2.0f"), scale_spec("10.0f")}; }

    [[nodiscard]] std::string directory_of(const std::string& machine) const { return work_.path() + "/" + machine; }
    [[nodiscard]] CacheOptions on(const std::string& machine, const std::string& url) const {
        using namespace std::chrono_literals;
        // Long enough for a busy machine.
        return {.directory = directory_of(machine),
                .remote = {.url = url, .key_file = key_file_, .connect_timeout = 10s, .command_timeout = 10s}};
    }
    /// What a new process would do.
    jit::BuildReport build(const CacheOptions& options, const std::vector<ops::KernelSpec>& specs = two_specs()) {
        backend_ = std::make_shared<TextBackend>();
        backend_->refuses_binaries = refuses_;
        const Device device(backend_, {.log = [this](LogLevel, std::string_view text) { log_ += text; }, .cache = options});
        jit::KernelCache cache(device, scale_sources);
        jit::BuildReport report;
        EXPECT_EQ(cache.get(specs, {.label = "zoo:model"}, &report).size(), specs.size());
        return report;
    }
    /// Events of one name on one machine.
    [[nodiscard]] std::vector<jit::CacheEvent> events(const std::string& machine, const std::string& name) const {
        auto all = jit::read_events(directory_of(machine));
        std::erase_if(all, [&](const jit::CacheEvent& event) { return event.event != name; });
        return all;
    }
    static jit::RedisPlace place(const std::string& url) {
        using namespace std::chrono_literals;
        return {.url = jit::parse_redis_url(url),
                .password = {},
                .ca_file = {},
                .connect_timeout = 5s,
                .command_timeout = 5s,
                .largest_reply_bytes = 1 << 24};
    }
    static jit::RedisReply ask(const std::string& url, const jit::RedisCommand& command) {
        return jit::open_redis(place(url))({&command, 1}).front();
    }
    /// Names of what the server has that begin with "abut:1:" and `kind`, sorted.
    static std::vector<std::string> names(const std::string& url, const std::string& kind) {
        const auto pattern = "abut:1:" + kind + ":*";
        std::vector<std::string> found;
        for (const auto& item : ask(url, {"KEYS", pattern}).items) found.push_back(item.text);
        std::ranges::sort(found);
        return found;
    }

    std::shared_ptr<TextBackend> backend_;
    bool refuses_ = false;
    std::string log_;

private:
    TemporaryDirectory work_;

protected:
    std::string key_file_ = write_secret(work_.path() + "/key", "thirty-two bytes that nobody knows\n");
};

}  // namespace abut::test
