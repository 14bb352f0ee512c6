// SPDX-License-Identifier: Apache-2.0
// What DiskCache learns of a directory that changes, and what it tells of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <string_view>
#include <vector>

#include "jit/cache_files.hpp"
#include "support/cache_sample.hpp"
#include "support/file_bytes.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using test::sample_cache;
using test::sample_entry;
using test::sample_variant;
using testing::HasSubstr;

/// Damages the file's last byte, which only the checksum shows.
void damage(const std::string& path) {
    auto bytes = read_file(path, whole_file);
    bytes.back() ^= std::byte{1};
    test::write_file(path, bytes);
}

TEST(DiskCacheRefresh, DoesNotReadWhatItHasStored) {
    const test::TemporaryDirectory directory;
    int readings = 0;
    CacheSystem system;
    system.read = [&](int file, void* bytes, std::size_t size) {
        ++readings;
        return ::read(file, bytes, size);
    };
    auto cache = sample_cache({.directory = directory.path()}, {}, system);
    cache.store(sample_entry({sample_variant("1")}), "");
    cache.refresh();
    EXPECT_EQ(readings, 0);
    sample_cache(directory.path()).store(sample_entry({sample_variant("2")}), "");
    cache.refresh();
    EXPECT_EQ(readings, 1) << "of another process";
    EXPECT_TRUE(cache.find(sample_variant("1")));
}

TEST(DiskCacheRefresh, SeesWhatWasPublishedAnewUnderTheSameName) {
    const test::TemporaryDirectory directory;
    const auto variant = sample_variant("1");
    const auto entry = sample_entry({variant});
    sample_cache(directory.path()).store(entry, "");
    auto cache = sample_cache(directory.path());
    damage(directory.path() + "/" + entry_file_name(entry.outline));
    cache.refresh();
    EXPECT_FALSE(cache.find(variant));
    sample_cache(directory.path()).store(entry, "");
    cache.refresh();
    EXPECT_TRUE(cache.find(variant));
}

/// What is logged where a cache looks up the variants of `count` entries that are damaged.
std::vector<std::string> log_of_damaged(int count, CacheMode mode, const std::string& directory) {
    for (int i = 0; i < count; ++i) {
        const auto entry = sample_entry({sample_variant(std::to_string(i))});
        sample_cache(directory).store(entry, "");
        damage(directory + "/" + entry_file_name(entry.outline));
    }
    std::vector<std::string> log;
    auto cache = sample_cache({.directory = directory, .mode = mode},
                              [&](LogLevel, std::string_view text) { log.emplace_back(text); });
    cache.refresh();
    for (int i = 0; i < count; ++i) EXPECT_FALSE(cache.find(sample_variant(std::to_string(i))));
    cache.warn_of_rest();
    cache.warn_of_rest();
    return log;
}

TEST(DiskCacheRefresh, NamesAFewEntriesThatAreSetAsideAndCountsTheRest) {
    const test::TemporaryDirectory directory;
    const auto log = log_of_damaged(20, CacheMode::Use, directory.path());
    ASSERT_EQ(log.size(), 4U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_THAT(log[i], HasSubstr("kernels' was set aside: it is damaged"));
    EXPECT_THAT(log[3], HasSubstr("17 more entries were set aside or ignored"));
}

TEST(DiskCacheRefresh, NamesThemAllWhereTheyAreFew) {
    const test::TemporaryDirectory directory;
    EXPECT_EQ(log_of_damaged(3, CacheMode::Use, directory.path()).size(), 3U);
}

TEST(DiskCacheRefresh, SaysThatTheyAreIgnoredWhereNothingIsWritten) {
    const test::TemporaryDirectory directory;
    const auto log = log_of_damaged(1, CacheMode::ReadOnly, directory.path());
    ASSERT_EQ(log.size(), 1U);
    EXPECT_THAT(log[0], HasSubstr("kernels' is ignored: it is damaged"));
}

}  // namespace
}  // namespace abut::jit
