// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_bundle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "jit/cache_entry.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "support/error_text.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using abut::testing_support::error_text;
using testing::HasSubstr;

using Bytes = std::vector<std::byte>;

BundledFile entry_of(const std::string& key) {
    const CacheEntry entry{.outline = {.identity = "api=cuda\narch=sm_90a\n",
                                       .metadata = {},
                                       .kernels = {{.key = key,
                                                    .document = "stem=copy\n",
                                                    .name = "copy_" + key,
                                                    .parameters = {{"x", device::ScalarType::Pointer}}}}},
                           .source = "text",
                           .binary = Bytes(40, std::byte{7})};
    return {.name = entry_file_name(entry.outline), .bytes = encode_entry(entry)};
}

Bytes bundle_of_two() {
    return encode_bundle(std::vector{entry_of("a"), entry_of("b")});
}

std::string refusal(const Bytes& bundle) {
    return error_text([&] { (void)decode_bundle(bundle); });
}

TEST(CacheBundle, KeepsWhatIsPutIn) {
    const auto files = decode_bundle(bundle_of_two());
    ASSERT_EQ(files.size(), 2U);
    EXPECT_EQ(files[0].name, entry_of("a").name);
    EXPECT_EQ(files[1].bytes, entry_of("b").bytes);
    EXPECT_TRUE(decode_bundle(encode_bundle({})).empty());
}

TEST(CacheBundle, IsRefusedWhereAnythingIsDamaged) {
    const auto sound = bundle_of_two();
    for (std::size_t size = 0; size < sound.size(); ++size)
        EXPECT_NE(refusal({sound.begin(), sound.begin() + static_cast<std::ptrdiff_t>(size)}), "nothing") << size;
    for (std::size_t i = 0; i < sound.size(); ++i) {
        auto damaged = sound;
        damaged[i] ^= std::byte{1};
        EXPECT_NE(refusal(damaged), "nothing") << i;
    }
    auto longer = sound;
    longer.push_back({});
    EXPECT_THAT(refusal(longer), HasSubstr("its checksum does not hold"));
    EXPECT_THAT(refusal({}), HasSubstr("expected a bundle of compiled kernels"));
}

TEST(CacheBundle, IsRefusedWithAnEntryThatIsNoneOrHasAnotherName) {
    auto damaged = entry_of("b");
    damaged.bytes.back() ^= std::byte{1};
    EXPECT_THAT(refusal(encode_bundle(std::vector{entry_of("a"), damaged})), HasSubstr("the bundle's entry 1 is damaged"));
    // A name decides where it would be written.
    auto elsewhere = entry_of("b");
    elsewhere.name = "../" + elsewhere.name;
    EXPECT_THAT(refusal(encode_bundle(std::vector{elsewhere})), HasSubstr("the bundle's entry 0 is damaged"));
}

TEST(CacheBundle, GoesFromOneCacheToAnother) {
    const test::TemporaryDirectory one;
    const test::TemporaryDirectory other;
    for (const auto& file : {entry_of("a"), entry_of("b")}) publish_file(one.path(), file.name, file.bytes);
    publish_file(one.path(), "zdamaged.kernels", Bytes(100));
    TransferReport exported;
    const auto bundle = export_entries(one.path(), exported);
    EXPECT_EQ(exported.moved, 2);
    EXPECT_EQ(exported.damaged, 1);

    // A damaged entry is replaced, a sound one stays.
    publish_file(other.path(), entry_of("a").name, Bytes(100));
    EXPECT_EQ(import_entries(bundle, other.path()).moved, 2);
    EXPECT_EQ(import_entries(bundle, other.path()).present, 2);
    const auto entries = list_entries(other.path());
    ASSERT_EQ(entries.size(), 2U);
    EXPECT_EQ(entries[0].device, "sm_90a");
    EXPECT_EQ(entries[0].kernels.size(), 1U);
    EXPECT_EQ(std::cmp_equal(entries[0].bytes, entry_of("a").bytes.size()), true);
    EXPECT_EQ(list_entries(one.path()).back().state, EntryState::Damaged);
}

TEST(CacheBundle, LeavesAFileOfANewerFormatAlone) {
    const test::TemporaryDirectory directory;
    auto newer = entry_of("a");
    newer.bytes[8] = std::byte{200};  // its format
    publish_file(directory.path(), newer.name, newer.bytes);
    const auto report = import_entries(bundle_of_two(), directory.path());
    EXPECT_EQ(report.moved, 1);
    EXPECT_EQ(report.present, 1);
    EXPECT_EQ(read_file(directory.path() + "/" + newer.name, whole_file), newer.bytes);
    auto older = newer;
    older.bytes[8] = std::byte{1};
    publish_file(directory.path(), "older.kernels", older.bytes);
    TransferReport exported;
    (void)export_entries(directory.path(), exported);
    EXPECT_EQ(exported.damaged, 0);
    EXPECT_EQ(exported.moved, 1);
}

TEST(CacheBundle, ChangesNothingWhereItIsRefused) {
    const test::TemporaryDirectory directory;
    auto damaged = bundle_of_two();
    damaged[damaged.size() / 2] ^= std::byte{1};
    EXPECT_NE(error_text([&] { (void)import_entries(damaged, directory.path()); }), "nothing");
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
}

}  // namespace
}  // namespace abut::jit
