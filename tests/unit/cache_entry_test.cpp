// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_entry.hpp"

#include <gtest/gtest.h>

namespace abut {
namespace {

jit::EntryHeader header() {
    return {.identity = "api=test\ndevice=one\n",
            .kernels = {{.key = "k1",
                         .name = "scale_k1",
                         .parameters = {{.name = "x", .type = device::ScalarType::Pointer},
                                        {.name = "x_offset", .type = device::ScalarType::Int64}}},
                        {.key = "k2", .name = "scale_k2", .parameters = {}}}};
}

std::vector<std::byte> binary() {
    std::vector<std::byte> bytes;
    for (int i = 0; i < 100; ++i) bytes.push_back(static_cast<std::byte>(i * 7));
    return bytes;
}

TEST(CacheEntry, ComesBackAsItWasWritten) {
    const auto file = jit::encode_entry(header(), binary());
    const auto entry = jit::decode_entry(file);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->header, header());
    EXPECT_EQ(entry->binary, binary());
    EXPECT_EQ(jit::decode_header(file), header());
}

TEST(CacheEntry, IsRefusedWhenTruncatedAtAnyLength) {
    const auto file = jit::encode_entry(header(), binary());
    for (std::size_t length = 0; length < file.size(); ++length) {
        EXPECT_FALSE(jit::decode_entry(std::span(file).first(length))) << length;
    }
}

TEST(CacheEntry, IsRefusedWithAnyBitFlipped) {
    const auto file = jit::encode_entry(header(), binary());
    for (std::size_t bit = 0; bit < file.size() * 8; ++bit) {
        auto damaged = file;
        damaged[bit / 8] ^= std::byte{1} << (bit % 8);
        EXPECT_FALSE(jit::decode_entry(damaged)) << bit;
    }
}

TEST(CacheEntry, IsRefusedWithBytesBehindIt) {
    auto file = jit::encode_entry(header(), binary());
    file.push_back(std::byte{0});
    EXPECT_FALSE(jit::decode_entry(file));
}

TEST(CacheEntry, ReadsADamagedHeaderWithoutHarm) {
    const auto file = jit::encode_entry(header(), binary());
    const auto end = jit::header_end_bytes(file);
    ASSERT_TRUE(end);
    // Headers are read unverified for the index: any damage must give a header or nothing, in bounded time and memory.
    for (std::size_t at = 0; at < *end; ++at) {
        for (const auto value : {std::byte{0x00}, std::byte{0x7f}, std::byte{0xff}}) {
            auto damaged = file;
            damaged[at] = value;
            static_cast<void>(jit::decode_header(damaged));
        }
    }
    EXPECT_FALSE(jit::decode_header(std::span(file).first(*end - 1)));
}

}  // namespace
}  // namespace abut
