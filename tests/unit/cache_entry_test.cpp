// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_entry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace abut {
namespace {

jit::CacheEntry entry() {
    std::vector<std::byte> binary;
    for (int i = 0; i < 100; ++i) binary.push_back(static_cast<std::byte>(i * 7));
    return {.outline = {.identity = "api=test\ndevice=one\n",
                        .metadata = {.created = 1'800'000'000,
                                     .compile_ms = 12.5,
                                     .version = "0.1.0",
                                     .log = "a warning",
                                     .resources = {{.registers = 40, .shared_bytes = 1024, .spill_bytes = 8}, {}}},
                        .kernels = {{.key = "k1",
                                     .document = "stem=scale\n",
                                     .name = "scale_k1",
                                     .parameters = {{.name = "x", .type = device::ScalarType::Pointer},
                                                    {.name = "x_offset", .type = device::ScalarType::Int64}}},
                                    {.key = "k2", .document = "", .name = "scale_k2", .parameters = {}}}},
            .source = "kernel void scale_k1() {}",
            .binary = std::move(binary)};
}

/// The file with another number at `place`, in front of the checksum that no longer holds.
std::vector<std::byte> with_number(std::size_t place, std::uint8_t value) {
    auto file = jit::encode_entry(entry());
    file[place] = std::byte{value};
    return file;
}

constexpr std::size_t format_place = 8;

TEST(CacheEntry, ComesBackAsItWasWritten) {
    const auto file = jit::encode_entry(entry());
    const auto decoded = jit::decode_entry(file);
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->outline, entry().outline);
    EXPECT_EQ(decoded->source, entry().source);
    EXPECT_EQ(decoded->binary, entry().binary);
    EXPECT_EQ(jit::decode_outline(file), entry().outline);
    const auto header = jit::decode_header(file);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->identity, entry().outline.identity);
    EXPECT_EQ(header->kernels, (std::vector<jit::KernelTitle>{{"k1", "scale_k1"}, {"k2", "scale_k2"}}));
}

TEST(CacheEntry, HasTheRawBinaryAtItsPlace) {
    const auto file = jit::encode_entry(entry());
    const auto place = jit::read_sizes(file).binary_offset_bytes;
    EXPECT_EQ(place % 64, 0U);
    EXPECT_TRUE(std::ranges::equal(std::span(file).subspan(place, entry().binary.size()), entry().binary));
}

TEST(CacheEntry, IsRefusedWhenTruncatedAtAnyLength) {
    const auto file = jit::encode_entry(entry());
    for (std::size_t length = 0; length < file.size(); ++length) {
        EXPECT_FALSE(jit::decode_entry(std::span(file).first(length))) << length;
    }
}

TEST(CacheEntry, IsRefusedWithAnyBitFlipped) {
    const auto file = jit::encode_entry(entry());
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto damaged = file;
        damaged[bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_FALSE(jit::decode_entry(damaged)) << bit;
    }
}

TEST(CacheEntry, IsRefusedWithBytesBehindIt) {
    auto file = jit::encode_entry(entry());
    file.push_back(std::byte{0});
    EXPECT_FALSE(jit::decode_entry(file));
}

TEST(CacheEntry, ReadsADamagedStartWithoutHarm) {
    const auto file = jit::encode_entry(entry());
    const auto sizes = jit::read_sizes(file);
    ASSERT_EQ(sizes.format, jit::EntryFormat::Current);
    // The start is read unverified for the index: any damage must give something or nothing, in bounded time and memory.
    for (std::size_t at = 0; at < sizes.outline_end_bytes; ++at) {
        for (const auto value : {std::byte{0x00}, std::byte{0x7f}, std::byte{0xff}}) {
            auto damaged = file;
            damaged[at] = value;
            static_cast<void>(jit::decode_outline(damaged));
        }
    }
    EXPECT_FALSE(jit::decode_header(std::span(file).first(sizes.header_end_bytes - 1)));
    EXPECT_FALSE(jit::decode_outline(std::span(file).first(sizes.outline_end_bytes - 1)));
}

TEST(CacheEntry, TellsOtherFormatsFromDamage) {
    EXPECT_EQ(jit::read_sizes(with_number(format_place, 1)).format, jit::EntryFormat::Older);
    EXPECT_EQ(jit::read_sizes(with_number(format_place, 200)).format, jit::EntryFormat::Newer);
    EXPECT_EQ(jit::read_sizes(with_number(0, 'X')).format, jit::EntryFormat::None);
    EXPECT_EQ(jit::read_sizes(std::vector(4, std::byte{'A'})).format, jit::EntryFormat::None);
}

TEST(CacheEntry, IsNamedByDeviceAndKeys) {
    auto other = entry().outline;
    EXPECT_EQ(jit::entry_file_name(other), jit::entry_file_name(entry().outline));
    other.metadata = {};
    EXPECT_EQ(jit::entry_file_name(other), jit::entry_file_name(entry().outline));
    other.identity += "driver=2\n";
    EXPECT_NE(jit::entry_file_name(other), jit::entry_file_name(entry().outline));
}

}  // namespace
}  // namespace abut
