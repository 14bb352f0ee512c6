// SPDX-License-Identifier: Apache-2.0
// When a result is taken for what was expected.
#include "core/tolerance.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace abut::core {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr Tolerance tolerance{.relative = 0.1, .absolute = 1};

TEST(Tolerances, AreOfTheExpectedNumber) {
    EXPECT_TRUE(is_close(112, 101, tolerance));
    EXPECT_FALSE(is_close(113, 101, tolerance));
    EXPECT_TRUE(is_close(-0.9, 0, tolerance));
}

TEST(Tolerances, NothingIsCloseToWhatIsNoNumber) {
    EXPECT_TRUE(is_close(nan, nan, tolerance));
    EXPECT_TRUE(is_close(infinity, infinity, tolerance));
    for (const double number : {0.0, 1e300, -infinity, nan}) {
        EXPECT_FALSE(is_close(number, infinity, tolerance)) << number;
        EXPECT_FALSE(is_close(infinity, number, tolerance)) << number;
    }
    EXPECT_FALSE(is_close(0, nan, tolerance));
}

}  // namespace
}  // namespace abut::core
