// SPDX-License-Identifier: Apache-2.0
// What DiskCache learns of a directory that changes, and what it tells of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "jit/cache_files.hpp"
#include "support/cache_sample.hpp"
#include "support/file_bytes.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using test::sample_cache;
using test::sample_entry;
using test::sample_variant;

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

}  // namespace
}  // namespace abut::jit
