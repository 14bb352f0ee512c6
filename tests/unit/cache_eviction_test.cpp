// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_eviction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <filesystem>
#include <string_view>

#include "jit/cache_events.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/cache_usage.hpp"
#include "support/cache_sample.hpp"
#include "support/file_bytes.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using test::is_found;
using test::sample_cache;
using test::sample_entry;
using test::sample_variant;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t now = 1'000'000;

EvictionCandidate file(const std::string& name, std::int64_t last_used, std::int64_t bytes = 100) {
    return {.name = name, .bytes = bytes, .last_used = last_used};
}

std::vector<std::string> names_to_evict(const std::vector<EvictionCandidate>& files, std::int64_t limit_bytes,
                                        std::int64_t time) {
    std::vector<std::string> names;
    for (const auto& file : choose_evicted(files, limit_bytes, time)) names.push_back(file.name);
    return names;
}

TEST(Eviction, TakesWhatWasNotUsedForLongestDownToNineTenths) {
    const std::vector files{file("c", 3), file("a", 1), file("d", 4), file("b", 2)};
    EXPECT_THAT(names_to_evict(files, 400, now), IsEmpty());
    EXPECT_THAT(names_to_evict(files, 399, now), ElementsAre("a"));
    EXPECT_THAT(names_to_evict(files, 332, now), ElementsAre("a", "b"));
}

TEST(Eviction, TakesTheFutureForNow) {
    // A file of a clock that was years ahead is no newer than one that was used now, and comes in its turn.
    const std::vector files{file("b", now + 1000), file("c", now), file("a", now - 10)};
    EXPECT_THAT(names_to_evict(files, 110, now), ElementsAre("a", "b", "c"));
    // A clock that is behind makes all files equal: something goes, and nothing breaks.
    EXPECT_THAT(names_to_evict(files, 250, 0), ElementsAre("b"));
}

TEST(Eviction, KeepsWhatIsPinnedAndTakesWhatIsNeededLast) {
    auto pinned = file("pinned", 0);
    pinned.is_pinned = true;
    auto needed = file("needed", 1);
    needed.is_needed = true;
    const std::vector files{pinned, needed, file("b", 3), file("a", 2)};
    EXPECT_THAT(names_to_evict(files, 300, now), ElementsAre("a", "b"));
    EXPECT_THAT(names_to_evict(files, 150, now), ElementsAre("a", "b", "needed"));
    EXPECT_THAT(names_to_evict(files, 10, now), ElementsAre("a", "b", "needed"));
}

std::int64_t bytes_of_one() {
    return std::ssize(encode_entry(sample_entry({sample_variant("1")})));
}

/// The bytes of all entries in the directory.
std::int64_t bytes_in(const std::string& directory) {
    std::int64_t bytes = 0;
    for (const auto& entry : list_entries(directory)) bytes += entry.bytes;
    return bytes;
}

TEST(Eviction, HoldsTheLimitOfADirectory) {
    const test::TemporaryDirectory directory;
    const CacheOptions options{.directory = directory.path(), .limit_bytes = 5 * bytes_of_one()};
    for (int i = 0; i < 9; ++i) {
        auto cache = sample_cache(options);  // each a process of its own
        cache.store(sample_entry({sample_variant(std::to_string(i))}), "");
        EXPECT_LE(bytes_in(directory.path()), options.limit_bytes);
        EXPECT_TRUE(is_found(options, sample_variant(std::to_string(i)))) << "what was just published went";
        const auto file = entry_file_name(sample_entry({sample_variant(std::to_string(i))}).outline);
        test::set_time(directory.path() + "/" + file, std::time(nullptr) - 1000 + i);
    }
    EXPECT_FALSE(is_found(options, sample_variant("0")));
}

TEST(Eviction, HoldsTheLimitEvenWhereOneProgramNeedsMore) {
    const test::TemporaryDirectory directory;
    const CacheOptions options{.directory = directory.path(), .limit_bytes = 2 * bytes_of_one()};
    std::string log;
    auto cache = sample_cache(options, [&](LogLevel, std::string_view text) { log += text; });
    for (int i = 0; i < 6; ++i) {
        cache.store(sample_entry({sample_variant(std::to_string(i))}), "");
        EXPECT_LE(bytes_in(directory.path()), options.limit_bytes);
    }
    EXPECT_THAT(log, HasSubstr("raise the limit"));
    EXPECT_THAT(log, HasSubstr("this program needs"));
}

TEST(Eviction, SparesWhatWasUsedAndWhatIsPinned) {
    const test::TemporaryDirectory directory;
    std::vector<std::string> files;
    const auto long_ago = std::time(nullptr) - 10'000;
    for (int i = 0; i < 4; ++i) {
        const auto entry = sample_entry({sample_variant(std::to_string(i))});
        files.push_back(entry_file_name(entry.outline));
        publish_file(directory.path(), files.back(), encode_entry(entry));
        test::set_time(directory.path() + "/" + files.back(), long_ago + i);
    }
    note_use(directory.path(), files[0]);
    set_pinned(directory.path(), files[1], true);
    const auto report = evict_entries(directory.path(), 3 * bytes_of_one(), {});
    ASSERT_EQ(report.evicted.size(), 2U);
    EXPECT_EQ(report.evicted[0].name, files[2]);
    EXPECT_EQ(report.evicted[0].variants, std::vector{sample_variant("2").key});
    EXPECT_EQ(report.evicted[1].name, files[3]);
    EXPECT_EQ(report.kept_bytes, 2 * bytes_of_one());
    set_pinned(directory.path(), files[1], false);
    EXPECT_FALSE(is_pinned(directory.path(), files[1]));
}

TEST(Eviction, IsWrittenDownAndExplainsALaterMiss) {
    const test::TemporaryDirectory directory;
    const auto evicted = sample_variant("0");
    sample_cache(directory.path()).store(sample_entry({evicted}), "");
    auto cache = sample_cache(CacheOptions{.directory = directory.path(), .limit_bytes = bytes_of_one()});
    cache.store(sample_entry({sample_variant("1")}), "zoo:other");
    const auto events = read_events(directory.path());
    ASSERT_FALSE(events.empty());
    EXPECT_EQ(events.back().event, event_names::eviction);
    EXPECT_EQ(events.back().variants, evicted.key);
    EXPECT_EQ(events.back().model, "zoo:other");
    cache.note_misses({&evicted, 1}, "");
    EXPECT_THAT(read_events(directory.path()).back().reason, HasSubstr("it was evicted at 20"));
}

TEST(Eviction, IsPlannedWithoutAChange) {
    const test::TemporaryDirectory directory;
    for (const auto* name : {"0", "1"}) sample_cache(directory.path()).store(sample_entry({sample_variant(name)}), "");
    const auto plan = plan_eviction(directory.path(), bytes_of_one(), {}, std::time(nullptr));
    EXPECT_EQ(bytes_in(directory.path()), 2 * bytes_of_one());
    const auto report = evict_entries(directory.path(), bytes_of_one(), {});
    ASSERT_EQ(report.evicted.size(), plan.evicted.size());
    EXPECT_EQ(report.evicted.front().name, plan.evicted.front().name);
    EXPECT_LT(bytes_in(directory.path()), 2 * bytes_of_one());
}

TEST(Eviction, ByNameIsWrittenDownWithItsReason) {
    const test::TemporaryDirectory directory;
    const auto entry = sample_entry({sample_variant("0")});
    sample_cache(directory.path()).store(entry, "");
    const auto file = entry_file_name(entry.outline);
    const auto report = remove_entries(directory.path(), {file, "nowhere.kernels"}, "for the test");
    EXPECT_EQ(report.removed, 1);
    EXPECT_THAT(report.refused, IsEmpty());
    EXPECT_EQ(bytes_in(directory.path()), 0);
    const auto events = read_events(directory.path());
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events.front().event, event_names::eviction);
    EXPECT_EQ(events.front().variants, sample_variant("0").key);
    EXPECT_EQ(events.front().reason, "for the test");
}

/// A system that removes no file whose name ends so.
CacheSystem keeping(const std::string& suffix) {
    CacheSystem system;
    system.unlink = [suffix](const char* path) {
        if (!std::string_view(path).ends_with(suffix)) return ::unlink(path);
        errno = EACCES;
        return -1;
    };
    return system;
}

TEST(Eviction, TellsWhatTheSystemDoesNotRemove) {
    const test::TemporaryDirectory directory;
    std::vector<std::string> files;
    for (int i = 0; i < 3; ++i) {
        const auto entry = sample_entry({sample_variant(std::to_string(i))});
        files.push_back(entry_file_name(entry.outline));
        publish_file(directory.path(), files.back(), encode_entry(entry));
        test::set_time(directory.path() + "/" + files.back(), 1000 + i);
    }
    note_use(directory.path(), files[0]);
    test::set_time(directory.path() + "/" + key_of_file(files[0]) + ".used", 1000);
    const auto report = evict_entries(directory.path(), bytes_of_one(), {}, {}, keeping(files[0]));
    EXPECT_THAT(report.refused, ElementsAre(files[0]));
    ASSERT_EQ(report.evicted.size(), 2U);
    EXPECT_EQ(report.evicted[0].name, files[1]);
    EXPECT_EQ(report.kept_bytes, bytes_of_one());
    EXPECT_EQ(report.kept_bytes, bytes_in(directory.path()));
    EXPECT_EQ(use_of(directory.path(), files[0]).hits, 1) << "what is noted of an entry that stays";
    EXPECT_EQ(read_events(directory.path()).size(), 2U);
    const auto removal = remove_entries(directory.path(), {files[0]}, "for the test", keeping(files[0]));
    EXPECT_EQ(removal.removed, 0);
    EXPECT_THAT(removal.refused, ElementsAre(files[0]));
}

TEST(Eviction, WarnsOnceThatTheLimitDoesNotHold) {
    const test::TemporaryDirectory directory;
    std::string log;
    auto cache = sample_cache(
        CacheOptions{.directory = directory.path(), .limit_bytes = bytes_of_one()},
        [&](LogLevel, std::string_view text) { log += text; }, keeping(entry_suffix));
    cache.store(sample_entry({sample_variant("1")}), "");
    EXPECT_THAT(log, IsEmpty());
    for (const auto* factor : {"2", "3"}) cache.store(sample_entry({sample_variant(factor)}), "");
    EXPECT_EQ(log, fmt::format("kernel cache: '{}/{}' can't be removed, one of 1 that should go: the cache takes {} bytes, "
                               "of a limit of {}",
                               directory.path(), entry_file_name(sample_entry({sample_variant("1")}).outline),
                               2 * bytes_of_one(), bytes_of_one()));
}

TEST(Eviction, NeverTouchesANewerFormatAndTakesAnOlderOneFirst) {
    const test::TemporaryDirectory directory;
    auto bytes = encode_entry(sample_entry({sample_variant("1")}));
    constexpr std::size_t format_place = 8;
    bytes[format_place] = std::byte{200};
    publish_file(directory.path(), "newer.kernels", bytes);
    bytes[format_place] = std::byte{1};
    publish_file(directory.path(), "older.kernels", bytes);
    test::set_time(directory.path() + "/newer.kernels", 1);
    const auto entry = sample_entry({sample_variant("2")});
    publish_file(directory.path(), "current.kernels", encode_entry(entry));
    test::set_time(directory.path() + "/current.kernels", 1000);
    const auto report = evict_entries(directory.path(), bytes_of_one() * 3 / 2, {});
    ASSERT_EQ(report.evicted.size(), 1U);
    EXPECT_EQ(report.evicted[0].name, "older.kernels");
    EXPECT_EQ(evict_entries(directory.path(), 1, {}).evicted.size(), 1U);
    EXPECT_TRUE(std::filesystem::exists(directory.path() + "/newer.kernels"));
}

TEST(Eviction, RemovesTemporaryFilesOfTheDead) {
    const test::TemporaryDirectory directory;
    const auto temporary = [&](const char* name) { return directory.path() + "/" + temporary_prefix + name; };
    for (const auto* name : {"old", "young", "ahead"}) test::write_file(temporary(name), {});
    test::set_time(temporary("old"), std::time(nullptr) - 4000);
    test::set_time(temporary("young"), std::time(nullptr) - 3000);
    test::set_time(temporary("ahead"), std::time(nullptr) + 1'000'000);
    sample_cache(directory.path()).store(sample_entry({sample_variant("1")}), "");
    EXPECT_FALSE(std::filesystem::exists(temporary("old")));
    EXPECT_TRUE(std::filesystem::exists(temporary("young")));
    EXPECT_TRUE(std::filesystem::exists(temporary("ahead")));
}

TEST(Eviction, RemovesTemporaryFilesOfTheDeadInQuarantine) {
    const test::TemporaryDirectory directory;
    const auto folder = quarantine_folder(directory.path());
    std::filesystem::create_directory(folder);
    const auto temporary = [&](const char* name) { return folder + "/" + temporary_prefix + name; };
    for (const auto* name : {"old", "young"}) test::write_file(temporary(name), {});
    test::set_time(temporary("old"), std::time(nullptr) - 4000);
    EXPECT_THAT(evict_entries(directory.path(), bytes_of_one(), {}).evicted, IsEmpty());
    EXPECT_FALSE(std::filesystem::exists(temporary("old")));
    EXPECT_TRUE(std::filesystem::exists(temporary("young")));
}

}  // namespace
}  // namespace abut::jit
