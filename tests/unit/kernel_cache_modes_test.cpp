// SPDX-License-Identifier: Apache-2.0
// What KernelCache makes of the directory, on a device that compiles nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "jit/cache_files.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/entry_file.hpp"
#include "jit/kernel_cache.hpp"
#include "jit/key_locks.hpp"
#include "support/cache_sample.hpp"
#include "support/child_process.hpp"
#include "support/error_text.hpp"
#include "support/file_bytes.hpp"
#include "support/host_backend.hpp"
#include "support/killing_system.hpp"
#include "support/run_scale.hpp"
#include "support/temporary_directory.hpp"
#include "support/text_backend.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace fs = std::filesystem;

const std::vector<ops::KernelSpec>& two_specs() {
    static const std::vector<ops::KernelSpec> specs{test::scale_spec("2.0f"), test::scale_spec("10.0f")};
    return specs;
}

class KernelCacheModes : public testing::Test {
protected:
    /// What a process of its own would do.
    BuildReport build(const CacheOptions& options, const std::vector<ops::KernelSpec>& specs = two_specs(),
                      const std::string& driver = "1") {
        backend_ = std::make_shared<test::TextBackend>(driver);
        backend_->refuses_binaries = refuses_;
        const Device device(backend_, {.log = [this](LogLevel, std::string_view text) { log_ += text; }, .cache = options});
        KernelCache cache(device, test::scale_sources);
        BuildReport report;
        const auto kernels = cache.get(specs, {.label = "zoo:model"}, &report);
        EXPECT_EQ(kernels.size(), specs.size());
        return report;
    }
    BuildReport build() { return build(use()); }
    [[nodiscard]] CacheOptions use() const { return {.directory = directory_.path()}; }
    [[nodiscard]] CacheOptions with_mode(CacheMode mode) const { return {.directory = directory_.path(), .mode = mode}; }
    [[nodiscard]] const std::string& path() const { return directory_.path(); }
    [[nodiscard]] std::vector<std::string> files() const { return list_files(path(), entry_suffix); }

    std::shared_ptr<test::TextBackend> backend_;
    bool refuses_ = false;
    std::string log_;

private:
    test::TemporaryDirectory directory_;
};

TEST_F(KernelCacheModes, CompilesOnceAndWritesDownWhatItTook) {
    EXPECT_EQ(build().compiled, 2);
    EXPECT_EQ(backend_->built(), 1);
    const auto warm = build();
    EXPECT_EQ(warm.compiled, 0);
    EXPECT_EQ(warm.loaded, 2);
    EXPECT_EQ(backend_->loaded(), 1);
    ASSERT_THAT(files(), SizeIs(1));
    const auto entry = read_sound_entry(path(), files()[0]);
    ASSERT_TRUE(entry);
    EXPECT_THAT(entry->source, HasSubstr("KERNEL(1) void scale_"));
    EXPECT_GT(entry->outline.metadata.compile_ms, 0);
    EXPECT_EQ(entry->outline.metadata.version, "0.1.0");
    EXPECT_THAT(log_, IsEmpty());
    const auto events = read_events(path());
    ASSERT_THAT(events, SizeIs(2));
    EXPECT_EQ(events[0].model, "zoo:model");
    EXPECT_EQ(events[0].kernel, "scale");
    EXPECT_EQ(events[0].reason, "the cache has no variant of this kernel");
}

TEST_F(KernelCacheModes, RequireNamesWhatIsMissingAndCompilesNothing) {
    const auto text = error_text([&] { build(with_mode(CacheMode::Require)); });
    EXPECT_THAT(text, HasSubstr(std::to_string(static_cast<int>(ErrorCode::NotCached)) + ": 2 of 2 kernels"));
    for (const auto& spec : two_specs()) EXPECT_THAT(text, HasSubstr(kernel_name(spec, test::scale_sources)));
    EXPECT_EQ(backend_->built(), 0);
    EXPECT_THAT(files(), IsEmpty());
    EXPECT_THAT(read_events(path()), SizeIs(2));
    build();
    EXPECT_EQ(build(with_mode(CacheMode::Require)).loaded, 2);
}

TEST_F(KernelCacheModes, RequireStaysShort) {
    std::vector<ops::KernelSpec> specs;
    for (int i = 0; i < 300; ++i) specs.push_back(test::scale_spec(std::to_string(i)));
    const auto text = error_text([&] { build(with_mode(CacheMode::Require), specs); });
    EXPECT_LT(text.size(), 1000U);
    EXPECT_THAT(text, HasSubstr("and 292 more"));
}

TEST_F(KernelCacheModes, ReadOnlyCompilesAndKeepsNothing) {
    const auto options = with_mode(CacheMode::ReadOnly);
    EXPECT_EQ(build(options).compiled, 2);
    EXPECT_TRUE(fs::is_empty(path()));
    build();
    const auto before = fs::last_write_time(path());
    EXPECT_EQ(build(options).loaded, 2);
    EXPECT_EQ(fs::last_write_time(path()), before);
    const CacheOptions nowhere{.directory = path() + "/nowhere", .mode = CacheMode::ReadOnly};
    EXPECT_EQ(build(nowhere).compiled, 2);
    EXPECT_FALSE(fs::exists(*nowhere.directory));
}

TEST_F(KernelCacheModes, OffKeepsAndReadsNothing) {
    build();
    EXPECT_EQ(build(with_mode(CacheMode::Off)).compiled, 2);
    EXPECT_EQ(build({.directory = ""}).compiled, 2);
}

TEST_F(KernelCacheModes, MakesTheDocumentAndTheTextOfAVariantOnce) {
    int keys = 0;
    int readings = 0;
    const KernelSources sources(
        [&](std::string_view path) {
            readings += path == "cpu/scale.cl" ? 1 : 0;
            return test::scale_sources(path);
        },
        [&](std::string_view document) {
            ++keys;
            return hash_key(document);
        });
    const Device device(std::make_shared<test::TextBackend>(), {.cache = with_mode(CacheMode::Off)});
    KernelCache(device, sources).get(two_specs());
    EXPECT_EQ(keys, 2);
    EXPECT_EQ(readings, 2 * 3) << "for its text, for the digest of the file, and for the program";
}

TEST_F(KernelCacheModes, ADriverOfAnotherVersionIsAMiss) {
    build();
    EXPECT_EQ(build(use(), two_specs(), "2").compiled, 2);
    EXPECT_THAT(read_events(path()).back().reason, HasSubstr("driver 1, wanted 2"));
    EXPECT_THAT(files(), SizeIs(2));
}

TEST_F(KernelCacheModes, AByteOfAKernelsFileIsAMiss) {
    build();
    const std::string changed = std::string(test::scale_sources("cpu/scale.cl")) + " ";
    const KernelSources sources = [&](std::string_view path) {
        return path == "cpu/scale.cl" ? std::string_view(changed) : test::scale_sources(path);
    };
    const Device device(std::make_shared<test::TextBackend>(), {.cache = use()});
    BuildReport report;
    KernelCache(device, sources).get(two_specs(), {}, &report);
    EXPECT_EQ(report.compiled, 2);
    EXPECT_THAT(read_events(path()).back().reason, HasSubstr("file cpu/scale.cl"));
}

TEST_F(KernelCacheModes, RebuildsOnceWhatTheDriverRefuses) {
    build();
    refuses_ = true;
    EXPECT_EQ(build().compiled, 2);
    EXPECT_EQ(backend_->built(), 1);
    EXPECT_THAT(log_, HasSubstr("the driver refuses the binary"));
    ASSERT_THAT(list_quarantine(path()), SizeIs(1));
    EXPECT_THAT(files(), SizeIs(1));
    refuses_ = false;
    EXPECT_EQ(build().compiled, 0);
}

TEST_F(KernelCacheModes, RunsWhatItHasCompiledWhereItCanNotBeKept) {
    CacheSystem full;
    full.write = [](int, const void*, std::size_t) -> ssize_t { return errno = ENOSPC, -1; };
    const Device device(std::make_shared<test::TextBackend>(), {.cache = use()});
    BuildReport report;
    EXPECT_THAT(KernelCache(device, test::scale_sources, full).get(two_specs(), {}, &report), SizeIs(2));
    EXPECT_EQ(report.compiled, 2);
    EXPECT_THAT(files(), IsEmpty());
}

TEST_F(KernelCacheModes, CompilesForItselfWhereTheHolderOfALockIsStopped) {
    const auto key = variant_key(two_specs()[0], test::scale_sources);
    const std::vector names{test::TextBackend().identity() + key};
    const KeyLocks held(path(), names, {}, {});
    ASSERT_TRUE(held.complete());
    auto options = use();
    options.wait = std::chrono::milliseconds(50);
    EXPECT_EQ(build(options).compiled, 2);
    EXPECT_EQ(read_events(path()).back().event, event_names::lock_timeout);
}

TEST_F(KernelCacheModes, SixteenProcessesCompileAKeyOnce) {
    const test::TemporaryDirectory work;
    const auto built = work.path() + "/built";
    const auto go = work.path() + "/go";
    std::vector<test::ChildProcess> children;
    for (int i = 0; i < 16; ++i) {
        children.emplace_back([&] {
            while (!fs::exists(go)) std::this_thread::sleep_for(std::chrono::milliseconds(1));
            const auto backend = std::make_shared<test::TextBackend>();
            backend->on_build = [&](const std::string&) {
                append_to_file(built, ".");
                std::this_thread::sleep_for(std::chrono::milliseconds(100));
            };
            const Device device(backend, {.cache = use()});
            KernelCache cache(device, test::scale_sources);
            return cache.get(two_specs()).size() == 2 ? 0 : 1;
        });
    }
    test::write_file(go, {});
    for (auto& child : children) EXPECT_EQ(child.wait(), 0);
    EXPECT_EQ(test::file_text(built), ".");
    EXPECT_THAT(files(), SizeIs(1));
}

TEST_F(KernelCacheModes, AKilledCompilerLeavesTheKeyToTheNext) {
    test::ChildProcess child([&] {
        const auto backend = std::make_shared<test::TextBackend>();
        backend->on_build = [](const std::string&) { ::raise(SIGKILL); };
        const Device device(backend, {.cache = use()});
        KernelCache(device, test::scale_sources).get(two_specs());
        return 0;
    });
    EXPECT_EQ(child.wait(), -SIGKILL);
    EXPECT_EQ(build().compiled, 2);
    EXPECT_EQ(build().loaded, 2);
}

TEST_F(KernelCacheModes, KilledAtAnyStepLeavesACacheThatWorks) {
    constexpr int more_than_there_are = 1000;
    int step = 0;
    for (int ended = -SIGKILL; ended == -SIGKILL && step < more_than_there_are; ++step) {
        const test::TemporaryDirectory directory;
        const CacheOptions options{.directory = directory.path(), .limit_bytes = 1};
        test::ChildProcess child([&] {
            const Device device(std::make_shared<test::TextBackend>(), {.cache = options});
            KernelCache(device, test::scale_sources, test::killing_at(step, 1 << 20)).get(two_specs());
            return 0;
        });
        ended = child.wait();
        const auto left = list_files(directory.path(), entry_suffix);
        const CacheOptions later{.directory = directory.path()};
        EXPECT_EQ(build(later).compiled, left.empty() ? 2 : 0) << step;
        EXPECT_EQ(build(later).loaded, 2) << step;
        EXPECT_FALSE(fs::exists(directory.path() + "/quarantine")) << step;
    }
    EXPECT_GT(step, 8) << "two events, the file's bytes, sync and rename, each before and after";
    EXPECT_LT(step, more_than_there_are);
}

/// All variants under one key.
const KernelSources& same_keys() {
    static const KernelSources sources(test::scale_sources, [](std::string_view) { return std::string("same"); });
    return sources;
}

TEST(KernelCacheHash, ForcedToAConstantNeverRunsAWrongKernel) {
    const test::TemporaryDirectory directory;
    const auto backend = std::make_shared<test::HostBackend>();
    const auto run = [&](const std::vector<ops::KernelSpec>& specs) {
        const Device device(backend, {.cache = {.directory = directory.path()}});
        KernelCache cache(device, same_keys());
        std::vector<std::vector<float>> results;
        for (const auto& kernel : cache.get(specs)) results.push_back(test::scaled_on(device, *kernel));
        return results;
    };
    const std::vector<float> doubled{3, 5, 7, 9};
    const std::vector<float> tenfold{11, 21, 31, 41};
    // Both at once, then each against whatever entry was left under the one name.
    EXPECT_THAT(run(two_specs()), ElementsAre(doubled, tenfold));
    for (int i = 0; i < 2; ++i) {
        EXPECT_THAT(run({two_specs()[0]}), ElementsAre(doubled));
        EXPECT_THAT(run({two_specs()[1]}), ElementsAre(tenfold));
    }
}

}  // namespace
}  // namespace abut::jit
