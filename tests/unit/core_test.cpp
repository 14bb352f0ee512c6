// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "abut/operations.hpp"
#include "abut/version.hpp"
#include "core/environment.hpp"
#include "core/hash.hpp"
#include "core/utc_text.hpp"

namespace abut {
namespace {

TEST(Hash, isXxh3Of128Bits) {
    // Test vector of the XXH3 specification: the empty input with seed 0.
    EXPECT_EQ(core::hash_hex(std::string_view{}), "99aa06d3014798d86001c324468d497f");
    EXPECT_NE(core::hash_hex("a"), core::hash_hex("b"));
    EXPECT_EQ(core::content_hash("a").hex(), core::hash_hex("a"));
    EXPECT_EQ((core::ContentHash{1, 0xabc}.hex()), "00000000000000010000000000000abc");
}

TEST(Environment, cacheDirectoryFollowsTheSpecification) {
    EXPECT_EQ(core::cache_directory("/var/cache", "/home/me"), "/var/cache/abut");
    EXPECT_EQ(core::cache_directory(nullptr, "/home/me"), "/home/me/.cache/abut");
    EXPECT_EQ(core::cache_directory("", "/home/me"), "/home/me/.cache/abut");
    EXPECT_EQ(core::cache_directory("relative", "/home/me"), "/home/me/.cache/abut");
    EXPECT_EQ(core::cache_directory(nullptr, nullptr), std::nullopt);
    EXPECT_EQ(core::cache_directory(nullptr, ""), std::nullopt);
}

TEST(Version, isThatOfTheProject) {
    EXPECT_EQ(version().substr(0, 2), "0.");
}

TEST(Operations, everyAlternativeHasItsStem) {
    EXPECT_EQ(name_of(Conv2d{}), "conv2d");
    EXPECT_EQ(name_of(ConvTranspose2d{}), "conv_transpose2d");
    EXPECT_EQ(name_of(Dense{}), "dense");
    EXPECT_EQ(name_of(Elementwise{}), "elementwise");
    EXPECT_EQ(name_of(BatchNorm{}), "batch_norm");
    EXPECT_EQ(name_of(Pool2d{}), "pool2d");
    EXPECT_EQ(name_of(Reduce{}), "reduce");
    EXPECT_EQ(name_of(Softmax{}), "softmax");
    EXPECT_EQ(name_of(Resize{}), "resize");
    EXPECT_EQ(name_of(Pad{}), "pad");
    EXPECT_EQ(name_of(Transpose{}), "transpose");
    EXPECT_EQ(name_of(Concat{}), "concat");
    EXPECT_EQ(name_of(Split{}), "split");
    EXPECT_EQ(name_of(Slice{}), "slice");
    EXPECT_EQ(name_of(Reshape{}), "reshape");
    EXPECT_EQ(name_of(Copy{}), "copy");
}

TEST(UtcText, IsATimeOrANumber) {
    EXPECT_EQ(core::utc_text(0), "1970-01-01T00:00:00Z");
    EXPECT_EQ(core::utc_text(1'800'000'000), "2027-01-15T08:00:00Z");
    EXPECT_EQ(core::utc_text(std::numeric_limits<std::int64_t>::max()), "9223372036854775807") << "no year is that large";
}

}  // namespace
}  // namespace abut
