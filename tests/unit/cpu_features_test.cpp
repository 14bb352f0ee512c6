// SPDX-License-Identifier: Apache-2.0
#include "core/cpu_features.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <sstream>
#include <string>

#include "support/file_bytes.hpp"

namespace abut::core {
namespace {

std::set<std::string> words_of(const std::string& text) {
    std::istringstream words(text);
    return {std::istream_iterator<std::string>(words), {}};
}

TEST(CpuFeatures, AreTheSameEachTime) {
    EXPECT_EQ(cpu_features(), cpu_features());
    EXPECT_THAT(cpu_features(), testing::Not(testing::HasSubstr("\n")));
}

#if defined(__x86_64__)

TEST(CpuFeatures, AreThoseThatTheSystemLists) {
    // One processor's flags stand in one line; the kernel's words for these are the compilers'.
    const auto text = test::file_text("/proc/cpuinfo");
    const auto begin = text.find("flags");
    ASSERT_NE(begin, std::string::npos);
    const auto flags = words_of(text.substr(begin, text.find('\n', begin) - begin));
    const auto found = words_of(cpu_features());
    for (const auto* name : {"ssse3", "fma", "movbe", "popcnt", "aes", "avx", "f16c", "avx2", "bmi2", "avx512f", "avx512bw",
                             "avx512vl", "gfni", "vaes", "xop", "sse4a"})
        EXPECT_EQ(found.contains(name), flags.contains(name)) << name;
    EXPECT_TRUE(found.contains("ssse3"));
}

#endif

}  // namespace
}  // namespace abut::core
