// SPDX-License-Identifier: Apache-2.0
#include "jit/kernel_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <thread>

#include "abut/error.hpp"
#include "jit/cache_files.hpp"
#include "support/opencl_test.hpp"
#include "support/run_scale.hpp"
#include "support/temporary_directory.hpp"

namespace abut {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

/// Two variants; more only cost time.
const std::vector<ops::KernelSpec>& two_specs() {
    static const std::vector<ops::KernelSpec> specs{test::scale_spec("2.0f"), test::scale_spec("10.0f")};
    return specs;
}

std::vector<std::filesystem::path> entries(const std::string& directory) {
    std::vector<std::filesystem::path> paths;
    for (const auto& name : jit::list_files(directory, jit::entry_suffix))
        paths.push_back(std::filesystem::path(directory) / name);
    return paths;
}

std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void overwrite(const std::filesystem::path& path, const std::string& text) {
    std::ofstream(path, std::ios::binary | std::ios::trunc).write(text.data(), std::ssize(text));
}

class KernelCacheTest : public test::OpenClTest {
protected:
    /// What a process of its own would find: another device state, another cache, the same directory.
    jit::BuildReport build_anew() {
        const auto device = open(directory_.path(), [this](LogLevel, std::string_view text) { log_ += text; });
        jit::KernelCache cache(device, test::scale_sources);
        jit::BuildReport report;
        const auto kernels = cache.get(two_specs(), {}, &report);
        EXPECT_THAT(test::scaled_on(device, *kernels[0]), ElementsAre(3, 5, 7, 9));
        EXPECT_THAT(test::scaled_on(device, *kernels[1]), ElementsAre(11, 21, 31, 41));
        return report;
    }
    [[nodiscard]] const std::string& directory() const { return directory_.path(); }
    [[nodiscard]] const std::string& log() const { return log_; }

private:
    test::TemporaryDirectory directory_;
    std::string log_;
};

TEST_F(KernelCacheTest, CompilesNothingTheSecondTime) {
    const auto cold = build_anew();
    EXPECT_EQ(cold.compiled, 2);
    EXPECT_EQ(cold.loaded, 0);
    ASSERT_EQ(entries(directory()).size(), 1U);
    const auto warm = build_anew();
    EXPECT_EQ(warm.compiled, 0);
    EXPECT_EQ(warm.loaded, 2);
    EXPECT_THAT(log(), IsEmpty());
}

TEST_F(KernelCacheTest, KeepsFilesToTheUser) {
    const auto inner = directory() + "/made/here";
    jit::KernelCache cache(open(inner), test::scale_sources);
    cache.get(two_specs());
    struct stat status {};
    ASSERT_EQ(stat(inner.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    ASSERT_EQ(entries(inner).size(), 1U);
    ASSERT_EQ(stat(entries(inner)[0].c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
}

TEST_F(KernelCacheTest, RebuildsADamagedEntry) {
    build_anew();
    const auto path = entries(directory()).at(0);
    const auto whole = content(path);
    const auto damaged = [&](std::size_t at) {
        auto text = whole;
        text[at] = static_cast<char>(text[at] ^ 0x10);
        return text;
    };
    // Magic, header, binary, checksum; the unit tests try every byte.
    const std::string broken[] = {
        whole.substr(0, 0), whole.substr(0, 20),       whole.substr(0, whole.size() / 2), damaged(0),
        damaged(40),        damaged(whole.size() / 2), damaged(whole.size() - 1),         whole.substr(0, whole.size() - 1)};
    for (const auto& text : broken) {
        overwrite(path, text);
        const auto rebuilt = build_anew();
        EXPECT_EQ(rebuilt.compiled, 2) << text.size();
        EXPECT_EQ(build_anew().compiled, 0) << "the damaged entry was not replaced";
    }
}

TEST_F(KernelCacheTest, SaysWhichEntryIsDamaged) {
    build_anew();
    const auto path = entries(directory()).at(0);
    overwrite(path, content(path).substr(0, 1000));
    build_anew();
    EXPECT_THAT(log(), HasSubstr(path.filename().string()));
}

TEST_F(KernelCacheTest, RunsFromMemoryWhereItCanNotWrite) {
    if (geteuid() == 0) GTEST_SKIP() << "root may write anywhere";
    ASSERT_EQ(chmod(directory().c_str(), 0500), 0);
    EXPECT_EQ(build_anew().compiled, 2);
    EXPECT_THAT(log(), HasSubstr("memory only"));
}

TEST_F(KernelCacheTest, DistrustsADirectoryThatOthersMayWriteTo) {
    ASSERT_EQ(chmod(directory().c_str(), 0777), 0);
    EXPECT_EQ(build_anew().compiled, 2);
    EXPECT_THAT(log(), HasSubstr("others may write"));
    EXPECT_THAT(entries(directory()), IsEmpty());
}

TEST_F(KernelCacheTest, IgnoresALinkInPlaceOfAnEntry) {
    build_anew();
    const auto path = entries(directory()).at(0);
    const test::TemporaryDirectory elsewhere;
    const auto moved = std::filesystem::path(elsewhere.path()) / "entry";
    std::filesystem::copy(path, moved);
    std::filesystem::remove(path);
    std::filesystem::create_symlink(moved, path);
    EXPECT_EQ(build_anew().compiled, 2);
}

TEST_F(KernelCacheTest, FindsAVariantInWhicheverEntryHoldsIt) {
    const auto device = open(directory());
    jit::KernelCache first(device, test::scale_sources);
    first.get(std::span(two_specs()).first(1));
    first.get(std::span(two_specs()).last(1));
    ASSERT_EQ(entries(directory()).size(), 2U);
    EXPECT_EQ(build_anew().loaded, 2);
}

TEST_F(KernelCacheTest, SeesWhatAnotherCacheStoredMeanwhile) {
    jit::KernelCache waiting(open(directory()), test::scale_sources);
    waiting.get(std::span(two_specs()).first(1));
    jit::KernelCache other(open(directory()), test::scale_sources);
    other.get(std::span(two_specs()).last(1));
    jit::BuildReport report;
    waiting.get(two_specs(), {}, &report);
    EXPECT_EQ(report.compiled, 0);
    EXPECT_EQ(report.loaded, 1);
}

TEST_F(KernelCacheTest, CompilesAKeyOnceForTwoThreads) {
    jit::KernelCache cache(device(), test::scale_sources);
    jit::BuildReport reports[2];
    std::vector<std::shared_ptr<const jit::CompiledKernel>> kernels[2];
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 2; ++i) threads.emplace_back([&, i] { kernels[i] = cache.get(two_specs(), {}, &reports[i]); });
    }
    EXPECT_EQ(reports[0].compiled + reports[1].compiled, 2);
    EXPECT_EQ(kernels[0], kernels[1]);
}

TEST_F(KernelCacheTest, AnswersRepeatedSpecsInTheirOrder) {
    jit::KernelCache cache(device(), test::scale_sources);
    const std::vector specs{two_specs()[0], two_specs()[1], two_specs()[0]};
    jit::BuildReport report;
    const auto kernels = cache.get(specs, {}, &report);
    EXPECT_EQ(report.compiled, 2);
    EXPECT_EQ(kernels[0], kernels[2]);
    EXPECT_NE(kernels[0], kernels[1]);
}

TEST_F(KernelCacheTest, StopsAndBuildsWhenAskedAgain) {
    jit::KernelCache cache(device(), test::scale_sources);
    std::stop_source stop;
    const jit::BuildOptions options{.progress =
                                        [&](const jit::BuildProgress& now) {
                                            if (now.compiling && now.done == 1) stop.request_stop();
                                        },
                                    .stop = stop.get_token()};
    EXPECT_THROW(cache.get(two_specs(), options), Error);
    EXPECT_EQ(cache.get(two_specs()).size(), 2U);
}

TEST_F(KernelCacheTest, ShowsProgressUpToTheTotal) {
    jit::KernelCache cache(device(), test::scale_sources);
    std::vector<int> done;
    cache.get(two_specs(), {.progress =
                                [&](const jit::BuildProgress& now) {
                                    EXPECT_EQ(now.total, 2);
                                    if (now.compiling) done.push_back(now.done);
                                },
                            .stop = {}});
    EXPECT_THAT(done, ElementsAre(0, 1, 2));
}

TEST_F(KernelCacheTest, NamesTheKernelThatDoesNotCompile) {
    jit::KernelCache cache(device(), test::scale_sources);
    const std::vector specs{test::scale_spec("2.0f"), test::scale_spec("no_such_function()")};
    for (int attempt = 0; attempt < 2; ++attempt) {
        try {
            cache.get(specs);
            FAIL() << "a kernel that calls nothing was built";
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), ErrorCode::Compiler);
            EXPECT_THAT(error.what(), HasSubstr("no_such_function"));
            EXPECT_THAT(error.what(), HasSubstr(jit::kernel_name(specs[1], test::scale_sources)));
        }
    }
}

TEST_F(KernelCacheTest, BelongsToAllCopiesOfADevice) {
    const auto copy = device();
    EXPECT_EQ(&jit::kernel_cache(device()), &jit::kernel_cache(copy));
    EXPECT_NE(&jit::kernel_cache(device()), &jit::kernel_cache(open()));
}

}  // namespace
}  // namespace abut
