// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_files.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cerrno>
#include <filesystem>

#include "abut/error.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/cache_usage.hpp"
#include "jit/entry_file.hpp"
#include "support/cache_sample.hpp"
#include "support/child_process.hpp"
#include "support/error_text.hpp"
#include "support/file_bytes.hpp"
#include "support/killing_system.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

using Bytes = std::vector<std::byte>;

Bytes sample_file(std::size_t binary_bytes = 40) {
    return encode_entry(test::sample_entry({test::sample_variant("2")}, binary_bytes));
}

int steps_of_publishing(const std::string& directory, int last) {
    int done = 0;
    for (int step = 0; step < last; ++step) {
        test::ChildProcess child([&] {
            publish_file(directory, "a.kernels", sample_file(), test::killing_at(step));
            return 0;
        });
        if (child.wait() == -SIGKILL) ++done;
    }
    return done;
}

TEST(CachePublishing, KilledAtAnyStepLeavesAWholeFileOrNone) {
    constexpr int more_than_there_are = 1000;
    bool was_published = false;
    int step = 0;
    for (; step < more_than_there_are; ++step) {
        const test::TemporaryDirectory directory;
        test::ChildProcess child([&] {
            publish_file(directory.path(), "a.kernels", sample_file(), test::killing_at(step));
            return 0;
        });
        const int ended = child.wait();
        const auto found = list_files(directory.path(), entry_suffix);
        was_published = !found.empty();
        if (was_published) {
            EXPECT_EQ(read_file(directory.path() + "/a.kernels", whole_file), sample_file()) << step;
        }
        if (ended == 0) break;
        ASSERT_EQ(ended, -SIGKILL);
    }
    EXPECT_TRUE(was_published);
    EXPECT_GT(step, 10) << "writes, sync and rename, each before and after";
}

TEST(CachePublishing, KilledAtAnyStepKeepsTheFileThatWasThere) {
    const test::TemporaryDirectory directory;
    publish_file(directory.path(), "a.kernels", sample_file());
    EXPECT_GT(steps_of_publishing(directory.path(), 30), 10);
    EXPECT_EQ(read_file(directory.path() + "/a.kernels", whole_file), sample_file());
}

/// What publishing says with one call of the system failing.
std::string failure(const std::string& directory, const CacheSystem& system) {
    return error_text([&] { publish_file(directory, "a.kernels", sample_file(), system); });
}

TEST(CachePublishing, SaysWhyTheSystemRefused) {
    const test::TemporaryDirectory directory;
    CacheSystem full;
    full.write = [](int, const void*, std::size_t) -> ssize_t { return errno = ENOSPC, -1; };
    EXPECT_THAT(failure(directory.path(), full), HasSubstr("No space left"));
    CacheSystem nothing_written;
    nothing_written.write = [](int, const void*, std::size_t) -> ssize_t { return 0; };
    EXPECT_THAT(failure(directory.path(), nothing_written), HasSubstr("No space left"));
    CacheSystem broken;
    broken.sync = [](int) { return errno = EIO, -1; };
    EXPECT_THAT(failure(directory.path(), broken), HasSubstr("Input/output error"));
    CacheSystem nameless;
    nameless.rename = [](const char*, const char*) { return errno = EIO, -1; };
    EXPECT_THAT(failure(directory.path(), nameless), HasSubstr("Input/output error"));
    EXPECT_TRUE(std::filesystem::is_empty(directory.path())) << "a temporary file is left";
}

TEST(CachePublishing, WritesOnAfterShortWritesAndInterruptions) {
    const test::TemporaryDirectory directory;
    CacheSystem slow;
    int calls = 0;
    slow.write = [&](int file, const void* bytes, std::size_t size) -> ssize_t {
        if (++calls % 3 == 0) return errno = EINTR, -1;
        return ::write(file, bytes, std::min<std::size_t>(size, 7));
    };
    publish_file(directory.path(), "a.kernels", sample_file(), slow);
    EXPECT_EQ(read_file(directory.path() + "/a.kernels", whole_file), sample_file());
    EXPECT_GT(calls, 10);
}

TEST(CachePublishing, SaysWhereALimitOfTheSystemEndsAFile) {
    const test::TemporaryDirectory directory;
    test::ChildProcess child([&] {
        const rlimit limit{.rlim_cur = 200, .rlim_max = 200};
        ::signal(SIGXFSZ, SIG_IGN);
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) return 1;
        return failure(directory.path(), {}).find("File too large") != std::string::npos ? 0 : 2;
    });
    EXPECT_EQ(child.wait(), 0);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

TEST(CacheFiles, AreReadOnlyWhereNobodyElseCouldHaveWrittenThem) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() + "/a.kernels";
    publish_file(directory.path(), "a.kernels", sample_file());
    EXPECT_TRUE(is_readable(path));
    EXPECT_FALSE(is_readable(directory.path() + "/b.kernels"));
    ::chmod(path.c_str(), 0666);
    EXPECT_THAT(error_text([&] { (void)read_file(path, whole_file); }), HasSubstr("others may write"));
    ::chmod(path.c_str(), 0600);
    std::filesystem::create_symlink(path, directory.path() + "/link");
    EXPECT_NE(error_text([&] { (void)read_file(directory.path() + "/link", whole_file); }), "nothing");
    EXPECT_THAT(error_text([&] { (void)read_file(directory.path(), whole_file); }), HasSubstr("no regular file"));
    ::chmod(directory.path().c_str(), 0777);
    EXPECT_THAT(error_text([&] { require_directory(directory.path()); }), HasSubstr("others may write"));
    EXPECT_NE(error_text([&] { require_directory(path); }), "nothing");
}

TEST(CacheFiles, ADirectoryThatCannotBeMadeIsRefusedWithTheReason) {
    const test::TemporaryDirectory directory;
    const auto refusal = [&](const std::string& below) {
        return error_text([&] { prepare_directory(directory.path() + below); });
    };
    constexpr std::size_t longer_than_any_name = 300;
    EXPECT_THAT(refusal("/" + std::string(longer_than_any_name, 'x') + "/cache"), HasSubstr("File name too long"));
    std::filesystem::create_symlink("loop", directory.path() + "/loop");
    EXPECT_THAT(refusal("/loop/cache"), HasSubstr("Too many levels of symbolic links"));
    test::write_file(directory.path() + "/file", {});
    EXPECT_THAT(refusal("/file/cache"), HasSubstr("Not a directory"));
    EXPECT_EQ(refusal("/parent/cache/"), "nothing") << "the control";
    EXPECT_EQ(refusal("/parent/cache"), "nothing") << "it is there";
}

TEST(CacheFiles, AParentThatNobodyMayEnterIsARefusal) {
    const test::TemporaryDirectory directory;
    const auto parent = directory.path() + "/home";
    ASSERT_EQ(::mkdir(parent.c_str(), 0700), 0);
    ASSERT_EQ(::chmod(parent.c_str(), 0), 0);
    test::ChildProcess child([&] {  // root may enter any
        constexpr uid_t nobody = 65534;
        if (::geteuid() == 0 && (::chmod(directory.path().c_str(), 0755) != 0 || ::seteuid(nobody) != 0)) return 1;
        const auto text = error_text([&] { prepare_directory(parent + "/.cache/abut"); });
        return text.find("Permission denied") != std::string::npos ? 0 : 2;
    });
    EXPECT_EQ(child.wait(), 0);
}

TEST(CacheFiles, AppendWithoutMixing) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() + "/log";
    std::vector<test::ChildProcess> children;
    for (int i = 0; i < 4; ++i)
        children.emplace_back([&] {
            for (int line = 0; line < 100; ++line) {
                if (!append_to_file(path, std::string(50, 'x') + "\n")) return 1;
            }
            return 0;
        });
    for (auto& child : children) EXPECT_EQ(child.wait(), 0);
    EXPECT_EQ(test::file_text(path).size(), 4 * 100 * 51U);
    EXPECT_FALSE(append_to_file(directory.path() + "/nowhere/log", "x"));
    std::filesystem::create_symlink(path, directory.path() + "/link");
    EXPECT_FALSE(append_to_file(directory.path() + "/link", "x"));
}

/// A disk that gives nothing back while `fails`.
CacheSystem failing_reads(const bool& fails) {
    CacheSystem system;
    system.read = [&fails](int file, void* bytes, std::size_t size) -> ssize_t {
        return fails ? (errno = EIO, -1) : ::read(file, bytes, size);
    };
    return system;
}

TEST(EntryFile, TellsAFileThatIsNotThereFromOneThatCannotBeRead) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() + "/a.kernels";
    bool fails = true;
    const auto system = failing_reads(fails);
    EXPECT_FALSE(read_start_of(path, system));
    const auto entry = test::sample_entry({test::sample_variant("1")});
    publish_file(directory.path(), "a.kernels", encode_entry(entry));
    EXPECT_THAT(error_text([&] { (void)read_start_of(path, system); }), HasSubstr("Input/output error"));
    fails = false;
    const auto start = read_start_of(path, system);
    ASSERT_TRUE(start && start->header);
    EXPECT_EQ(start->format, EntryFormat::Current);
    EXPECT_EQ(start->header->identity, entry.outline.identity);
}

TEST(EntryFile, ReadsAHeaderThatIsLongerThanMost) {
    const test::TemporaryDirectory directory;
    std::vector<VariantId> many;
    constexpr int variants = 300;
    for (int i = 0; i < variants; ++i) many.push_back(test::sample_variant(std::to_string(i)));
    publish_file(directory.path(), "a.kernels", encode_entry(test::sample_entry(many)));
    const auto start = read_start_of(directory.path() + "/a.kernels");
    ASSERT_TRUE(start && start->header);
    EXPECT_EQ(start->header->kernels.size(), many.size());
}

TEST(Quarantine, SparesAnEntryThatWasPublishedAnewMeanwhile) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() + "/a.kernels";
    test::write_file(path, {});
    set_pinned(directory.path(), "a.kernels", true);
    CacheSystem racing;
    racing.rename = [&](const char* from, const char* to) {
        const int result = std::rename(from, to);
        if (from == path) publish_file(directory.path(), "a.kernels", sample_file());
        return result;
    };
    EXPECT_TRUE(quarantine_entry(directory.path(), "a.kernels", "it is damaged", racing));
    EXPECT_EQ(read_file(path, whole_file), sample_file());
    EXPECT_FALSE(is_pinned(directory.path(), "a.kernels"));
    EXPECT_THAT(list_quarantine(directory.path()), SizeIs(1));
}

TEST(Quarantine, KeepsNoReasonOfWhatCouldNotBeMoved) {
    const test::TemporaryDirectory directory;
    const auto path = directory.path() + "/a.kernels";
    test::write_file(path, {});
    bool fails = true;
    CacheSystem system;
    system.rename = [&](const char* from, const char* to) {
        return fails && from == path ? (errno = EIO, -1) : std::rename(from, to);
    };
    EXPECT_FALSE(quarantine_entry(directory.path(), "a.kernels", "it is damaged", system));
    EXPECT_TRUE(std::filesystem::exists(path));
    EXPECT_THAT(list_files(quarantine_folder(directory.path()), ""), IsEmpty());
    fails = false;
    EXPECT_TRUE(quarantine_entry(directory.path(), "a.kernels", "it is damaged", system));
    EXPECT_THAT(list_files(quarantine_folder(directory.path()), ""), SizeIs(2)) << "the control";
}

TEST(EntryFile, IsLeftAloneWhereItCannotBeRead) {
    const test::TemporaryDirectory directory;
    const auto variant = test::sample_variant("1");
    const auto entry = test::sample_entry({variant});
    const auto path = directory.path() + "/" + entry_file_name(entry.outline);
    publish_file(directory.path(), entry_file_name(entry.outline), encode_entry(entry));
    bool fails = true;
    std::string log;
    const auto started = [&] {
        return test::sample_cache(
            CacheOptions{.directory = directory.path()}, [&](LogLevel, std::string_view text) { log += text; },
            failing_reads(fails));
    };
    auto first = started();
    first.refresh();
    EXPECT_FALSE(first.find(variant));
    EXPECT_THAT(log, HasSubstr("Input/output error"));
    fails = false;
    auto second = started();
    second.refresh();
    fails = true;
    EXPECT_FALSE(second.find(variant)) << "only its header could be read";
    EXPECT_EQ(read_file(path, whole_file), encode_entry(entry));
    EXPECT_THAT(list_quarantine(directory.path()), IsEmpty());
    fails = false;
    auto third = started();
    third.refresh();
    EXPECT_TRUE(third.find(variant)) << "the control";
}

}  // namespace
}  // namespace abut::jit
