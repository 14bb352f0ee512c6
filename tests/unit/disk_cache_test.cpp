// SPDX-License-Identifier: Apache-2.0
#include "jit/disk_cache.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <filesystem>

#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/cache_usage.hpp"
#include "support/cache_sample.hpp"
#include "support/child_process.hpp"
#include "support/file_bytes.hpp"
#include "support/scoped_variable.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using test::is_found;
using test::sample_cache;
using test::sample_entry;
using test::sample_variant;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace fs = std::filesystem;

/// A directory with one entry of two variants.
class DiskCacheTest : public testing::Test {
protected:
    DiskCacheTest() { sample_cache(path()).store(entry_, ""); }

    [[nodiscard]] const std::string& path() const { return directory_.path(); }
    /// Without moving what is damaged, which takes longer.
    [[nodiscard]] CacheOptions reading() const { return {.directory = path(), .mode = CacheMode::ReadOnly}; }
    [[nodiscard]] std::string file() const { return entry_file_name(entry_.outline); }
    [[nodiscard]] std::string file_path() const { return path() + "/" + file(); }
    [[nodiscard]] std::vector<std::string> events(const char* name) const {
        std::vector<std::string> reasons;
        for (const auto& event : read_events(path())) {
            if (event.event == name) reasons.push_back(event.reason);
        }
        return reasons;
    }
    void overwrite(std::span<const std::byte> bytes) const { test::write_file(file_path(), bytes); }

    VariantId one_ = sample_variant("1");
    VariantId two_ = sample_variant("2");
    CacheEntry entry_ = sample_entry({one_, two_});

private:
    test::TemporaryDirectory directory_;
};

TEST_F(DiskCacheTest, FindsEachVariantOfAnEntry) {
    auto cache = sample_cache(path());
    cache.refresh();
    for (const auto& variant : {one_, two_}) {
        const auto found = cache.find(variant);
        ASSERT_TRUE(found);
        EXPECT_EQ(found->entry.outline, entry_.outline);
        EXPECT_EQ(found->entry.binary, entry_.binary);
    }
    EXPECT_FALSE(cache.find(sample_variant("3")));
}

TEST_F(DiskCacheTest, NeverOffersAnEntryThatIsCutOff) {
    const auto whole = read_file(file_path(), whole_file);
    for (std::size_t length = 0; length < whole.size(); ++length) {
        overwrite(std::span(whole).first(length));
        EXPECT_FALSE(is_found(reading(), one_)) << length;
    }
    overwrite(whole);
    EXPECT_TRUE(is_found(reading(), one_)) << "the control";
}

TEST_F(DiskCacheTest, NeverOffersAnEntryWithAFlippedByte) {
    const auto whole = read_file(file_path(), whole_file);
    for (std::size_t at = 0; at < whole.size(); ++at) {
        auto damaged = whole;
        damaged[at] ^= std::byte{0x10};
        overwrite(damaged);
        EXPECT_FALSE(is_found(reading(), one_) || is_found(reading(), two_)) << at;
    }
}

TEST_F(DiskCacheTest, SetsADamagedEntryAsideWithTheReason) {
    auto damaged = read_file(file_path(), whole_file);
    damaged.back() ^= std::byte{1};
    overwrite(damaged);
    set_pinned(path(), file(), true);
    EXPECT_FALSE(is_found(path(), one_));
    EXPECT_FALSE(fs::exists(file_path()));
    const auto quarantined = list_quarantine(path());
    ASSERT_THAT(quarantined, SizeIs(1));
    EXPECT_EQ(quarantined[0].name, file());
    EXPECT_EQ(quarantined[0].reason, "it is damaged");
    EXPECT_EQ(quarantined[0].bytes, std::ssize(damaged));
    EXPECT_THAT(events(event_names::quarantine), testing::ElementsAre("it is damaged"));
    auto cache = sample_cache(path());
    cache.note_misses({&one_, 1}, "");
    EXPECT_THAT(events(event_names::miss).back(), testing::MatchesRegex("it was quarantined at 20.*Z: it is damaged"));
    // It is built anew under the same name, once.
    sample_cache(path()).store(entry_, "");
    EXPECT_TRUE(is_found(path(), one_));
}

TEST_F(DiskCacheTest, SetsAsideWhatIsNotUnderItsKey) {
    auto other = entry_;
    other.outline.kernels[0].document = sample_variant("9").document;
    overwrite(encode_entry(other));
    EXPECT_FALSE(is_found(path(), one_));
    ASSERT_THAT(list_quarantine(path()), SizeIs(1));
    EXPECT_EQ(list_quarantine(path())[0].reason, "it is not what its header says");
}

TEST_F(DiskCacheTest, SetsAsideWhatADriverRefused) {
    auto cache = sample_cache(path());
    cache.refresh();
    const auto found = cache.find(one_);
    ASSERT_TRUE(found);
    cache.reject(*found, "no such format", "model");
    EXPECT_FALSE(cache.find(two_));
    EXPECT_THAT(events(event_names::quarantine), testing::ElementsAre("no such format"));
    EXPECT_EQ(read_events(path()).back().model, "model");
    EXPECT_EQ(read_events(path()).back().variants, one_.key + " " + two_.key);
}

TEST_F(DiskCacheTest, KeepsFewInQuarantine) {
    for (int i = 0; i < 40; ++i) {
        const auto entry = sample_entry({sample_variant(std::to_string(i))});
        publish_file(path(), entry_file_name(entry.outline), encode_entry(entry));
        CacheSystem system;
        system.now = [i] { return i; };
        EXPECT_TRUE(quarantine_entry(path(), entry_file_name(entry.outline), "no reason", system));
    }
    const auto left = list_quarantine(path());
    EXPECT_THAT(left, SizeIs(32));
    for (const auto& entry : left) EXPECT_GE(entry.time, 8);
}

TEST_F(DiskCacheTest, LeavesANewerFormatAloneAndIgnoresAnOlderOne) {
    constexpr std::size_t format_place = 8;
    for (const int format : {200, 1}) {
        auto other = read_file(file_path(), whole_file);
        other[format_place] = static_cast<std::byte>(format);
        overwrite(other);
        EXPECT_FALSE(is_found(path(), one_));
        EXPECT_EQ(read_file(file_path(), whole_file), other);
        EXPECT_THAT(list_quarantine(path()), IsEmpty());
        EXPECT_EQ(list_entries(path()).front().state, format == 1 ? EntryState::Older : EntryState::Newer);
    }
}

TEST_F(DiskCacheTest, IsAMissForAnotherDriver) {
    auto cache = sample_cache({.directory = path()}, {}, {}, "api=text\ndevice=paper\ndriver=2\n");
    cache.refresh();
    EXPECT_FALSE(cache.find(one_));
    cache.note_misses({&one_, 1}, "zoo:model");
    EXPECT_THAT(events(event_names::miss).back(), HasSubstr("driver 1, wanted 2"));
    EXPECT_EQ(read_events(path()).back().model, "zoo:model");
    EXPECT_EQ(read_events(path()).back().process, ::getpid());
}

TEST_F(DiskCacheTest, IsAMissForAnotherFieldOfTheVariant) {
    auto cache = sample_cache(path());
    cache.refresh();
    const auto wanted = sample_variant("3");
    EXPECT_FALSE(cache.find(wanted));
    cache.note_misses({&wanted, 1}, "");
    EXPECT_THAT(events(event_names::miss).back(), HasSubstr("constant FACTOR 1, wanted 3"));
}

TEST_F(DiskCacheTest, IsAHitWhereItWasMoved) {
    const test::TemporaryDirectory other;
    const auto moved = other.path() + "/moved";
    fs::rename(path(), moved);
    EXPECT_TRUE(is_found(moved, one_));
    fs::rename(moved, path());
}

TEST_F(DiskCacheTest, ComparesDocumentsWhereKeysAreTheSame) {
    const auto constant = [](std::string_view) { return std::string("same"); };
    const test::TemporaryDirectory directory;
    const CacheOptions options{.directory = directory.path()};
    auto first = one_;
    auto second = two_;
    first.key = second.key = "same";
    auto cache = sample_cache(options, {}, {}, test::sample_identity, constant);
    cache.store(sample_entry({first}), "");
    cache.refresh();
    EXPECT_TRUE(cache.find(first));
    EXPECT_FALSE(cache.find(second));
    EXPECT_THAT(list_quarantine(directory.path()), IsEmpty());
    // A driver of the same hash as well.
    auto other = sample_cache(options, {}, {}, "api=other\n", constant);
    other.refresh();
    EXPECT_FALSE(other.find(first));
}

TEST_F(DiskCacheTest, WritesNothingWhereItMayOnlyRead) {
    const CacheOptions options{.directory = path(), .mode = CacheMode::ReadOnly};
    auto damaged = read_file(file_path(), whole_file);
    const auto before = fs::last_write_time(path());
    auto cache = sample_cache(options);
    cache.refresh();
    const auto found = cache.find(one_);
    ASSERT_TRUE(found);
    cache.note_loaded(*found);
    const auto missing = sample_variant("3");
    cache.note_misses({&missing, 1}, "");
    cache.store(sample_entry({missing}), "");
    cache.reject(*found, "refused", "");
    damaged.back() ^= std::byte{1};
    overwrite(damaged);
    EXPECT_FALSE(is_found(options, one_));
    EXPECT_EQ(fs::last_write_time(path()), before) << "something came into the directory or left it";
    EXPECT_FALSE(cache.writable_directory());
}

TEST_F(DiskCacheTest, NotesUsesWhereNothingIsCompiled) {
    auto cache = sample_cache(CacheOptions{.directory = path(), .mode = CacheMode::Require});
    cache.refresh();
    cache.note_loaded(*cache.find(one_));
    EXPECT_EQ(use_of(path(), file()).hits, 1);
    EXPECT_FALSE(cache.writable_directory());
}

TEST_F(DiskCacheTest, ReadsOverlaysBehindTheDirectoryAndNeverWritesThem) {
    const test::TemporaryDirectory own;
    const CacheOptions options{.directory = own.path(), .overlays = {"/nowhere", path()}};
    std::string log;
    auto cache = sample_cache(options, [&](LogLevel, std::string_view text) { log += text; });
    EXPECT_THAT(log, HasSubstr("/nowhere"));
    cache.refresh();
    const auto before = fs::last_write_time(path());
    const auto found = cache.find(one_);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->place.directory, 1U) << "the overlay";
    cache.note_loaded(*found);
    cache.reject(*found, "refused", "");
    EXPECT_FALSE(cache.find(one_));
    EXPECT_EQ(fs::last_write_time(path()), before);
    EXPECT_TRUE(fs::exists(file_path()));
    // What is built instead goes to the directory, which is read first.
    cache.store(entry_, "");
    EXPECT_EQ(cache.find(one_)->place.directory, 0U);
}

TEST_F(DiskCacheTest, ReadsOverlaysWithoutADirectory) {
    EXPECT_TRUE(is_found(CacheOptions{.directory = "", .overlays = {path()}}, one_));
    EXPECT_FALSE(is_found(CacheOptions{.directory = "", .mode = CacheMode::Off, .overlays = {path()}}, one_));
}

TEST_F(DiskCacheTest, CountsAHitAndItsTime) {
    auto cache = sample_cache(path());
    cache.refresh();
    const auto found = cache.find(one_);
    EXPECT_EQ(use_of(path(), file()).hits, 0);
    for (int i = 0; i < 3; ++i) cache.note_loaded(*found);
    EXPECT_EQ(use_of(path(), file()).hits, 3);
    EXPECT_NEAR(static_cast<double>(use_of(path(), file()).last_used), static_cast<double>(std::time(nullptr)), 60);
    const auto listed = list_entries(path());
    ASSERT_THAT(listed, SizeIs(1));
    EXPECT_EQ(listed[0].use.hits, 3);
    EXPECT_EQ(listed[0].created, 1'800'000'000);
    EXPECT_EQ(listed[0].device, "paper");
}

TEST_F(DiskCacheTest, TakesAnEvictedEntryForAMiss) {
    std::string log;
    auto cache = sample_cache({.directory = path()}, [&](LogLevel, std::string_view text) { log += text; });
    cache.refresh();
    remove_entry(path(), file());
    EXPECT_FALSE(cache.find(one_));
    EXPECT_THAT(log, IsEmpty());
}

TEST_F(DiskCacheTest, IgnoresALinkAndAFileOfOthers) {
    const test::TemporaryDirectory elsewhere;
    fs::rename(file_path(), elsewhere.path() + "/entry");
    fs::create_symlink(elsewhere.path() + "/entry", file_path());
    EXPECT_FALSE(is_found(path(), one_));
    fs::remove(file_path());
    fs::rename(elsewhere.path() + "/entry", file_path());
    ::chmod(file_path().c_str(), 0666);
    EXPECT_FALSE(is_found(path(), one_));
    ::chmod(file_path().c_str(), 0600);
    EXPECT_TRUE(is_found(path(), one_)) << "the control";
}

TEST_F(DiskCacheTest, DoesNotTrustADirectoryThatOthersMayWriteTo) {
    ::chmod(path().c_str(), 0777);
    for (const auto mode : {CacheMode::Use, CacheMode::ReadOnly, CacheMode::Require}) {
        std::string log;
        auto cache =
            sample_cache({.directory = path(), .mode = mode}, [&](LogLevel, std::string_view text) { log += text; });
        cache.refresh();
        EXPECT_FALSE(cache.find(one_));
        EXPECT_THAT(log, HasSubstr("others may write"));
    }
    ::chmod(path().c_str(), 0700);
}

TEST_F(DiskCacheTest, KeepsKernelsInMemoryWhereTheDirectoryIsReadOnly) {
    constexpr uid_t nobody = 65534;
    const auto other = sample_entry({sample_variant("3")});
    test::ChildProcess child([&] {
        // Root may write anywhere, so a process of root's becomes another user, to whom all belongs.
        const bool is_root = ::geteuid() == 0;
        for (const auto& place : {file_path(), path() + "/events.log", path()}) {
            if (is_root && ::chown(place.c_str(), nobody, nobody) != 0 && place != path() + "/events.log") return 1;
        }
        if (::chmod(path().c_str(), 0500) != 0 || (is_root && ::seteuid(nobody) != 0)) return 2;
        std::string log;
        auto cache = sample_cache({.directory = path()}, [&](LogLevel, std::string_view text) { log += text; });
        cache.refresh();
        const auto found = cache.find(one_);
        if (!found) return 3;
        cache.note_loaded(*found);
        cache.reject(*found, "refused", "");
        cache.store(other, "");
        return log.find("memory only") != std::string::npos && fs::exists(file_path()) ? 0 : 4;
    });
    EXPECT_EQ(child.wait(), 0);
    EXPECT_FALSE(fs::exists(path() + "/" + entry_file_name(other.outline)));
    ::chmod(path().c_str(), 0700);
}

TEST_F(DiskCacheTest, KeepsKernelsInMemoryWithoutAHome) {
    const test::ScopedVariable cache_home("XDG_CACHE_HOME", "");
    const test::ScopedVariable home("HOME", "");
    std::string log;
    auto cache = sample_cache(CacheOptions{}, [&](LogLevel, std::string_view text) { log += text; });
    cache.store(entry_, "");
    cache.note_misses({&one_, 1}, "");
    cache.refresh();
    EXPECT_FALSE(cache.find(one_));
    EXPECT_FALSE(cache.writable_directory());
    EXPECT_THAT(log, IsEmpty());
}

TEST_F(DiskCacheTest, KeepsOnWithoutAFileThatCanNotBeWritten) {
    CacheSystem full;
    full.write = [](int, const void*, std::size_t) -> ssize_t { return errno = ENOSPC, -1; };
    std::string log;
    auto cache = sample_cache(
        {.directory = path()}, [&](LogLevel, std::string_view text) { log += text; }, full);
    cache.store(sample_entry({sample_variant("3")}), "");
    EXPECT_THAT(log, HasSubstr("No space left"));
    log.clear();
    cache.store(sample_entry({sample_variant("4")}), "");
    EXPECT_THAT(log, IsEmpty()) << "one warning is enough";
    cache.refresh();
    EXPECT_TRUE(cache.find(one_));
}

TEST_F(DiskCacheTest, NotesAFailedPublish) {
    CacheSystem nameless;
    nameless.rename = [](const char*, const char*) { return errno = EIO, -1; };
    auto cache = sample_cache({.directory = path()}, {}, nameless);
    cache.store(sample_entry({sample_variant("3")}), "");
    EXPECT_THAT(events(event_names::failed_publish), testing::ElementsAre(HasSubstr("Input/output error")));
}

TEST_F(DiskCacheTest, WorksWithAClockThatIsYearsOff) {
    for (const std::int64_t now : {std::int64_t{0}, std::int64_t{4'000'000'000}}) {
        CacheSystem system;
        system.now = [now] { return now; };
        auto cache = sample_cache({.directory = path(), .limit_bytes = 1 << 20}, {}, system);
        const auto variant = sample_variant(std::to_string(now + 10));
        cache.store(sample_entry({variant}), "");
        EXPECT_TRUE(is_found(path(), variant));
        EXPECT_TRUE(is_found(path(), one_));
    }
    for (const std::int64_t time : {std::int64_t{10}, std::int64_t{4'000'000'000}}) {
        test::set_time(file_path(), time);
        EXPECT_TRUE(is_found(path(), one_));
    }
}

}  // namespace
}  // namespace abut::jit
