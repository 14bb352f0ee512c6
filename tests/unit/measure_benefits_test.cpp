// SPDX-License-Identifier: Apache-2.0
#include "program/measure_benefits.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace abut::programs {
namespace {

TEST(BenefitOfTurns, IsTheMedianAgainstTheVariantBeforeAndBehind) {
    const std::vector<BenefitTurn> turns{{10, 20, 10}, {20, 40, 20}, {10, 1000, 10}, {11, 20, 9}, {10, 20, 10}};
    const auto benefit = benefit_of(turns);
    EXPECT_DOUBLE_EQ(benefit.benefit, 2);
    EXPECT_EQ(benefit.samples, 5);
    EXPECT_TRUE(benefit.pays());
}

TEST(BenefitOfTurns, PaysOnlyBeyondWhatTheVariantHasAgainstItself) {
    std::vector<BenefitTurn> quiet;
    std::vector<BenefitTurn> noisy;
    for (int i = 0; i < 16; ++i) {
        const double again = i % 2 == 0 ? 1.3 : 0.7;
        quiet.push_back({1, 1.1, 1});
        noisy.push_back({1, 1.1 * (1 + again) / 2, again});
    }
    EXPECT_NEAR(benefit_of(quiet).noise, 0, 1e-12);
    EXPECT_TRUE(benefit_of(quiet).pays());
    EXPECT_NEAR(benefit_of(noisy).benefit, 1.1, 1e-12);
    EXPECT_FALSE(benefit_of(noisy).pays());
    // As noisy, the same is told apart by more turns.
    const auto once = noisy;
    for (int i = 0; i < 40; ++i) noisy.insert(noisy.end(), once.begin(), once.end());
    EXPECT_TRUE(benefit_of(noisy).pays());
    EXPECT_FALSE(benefit_of(std::vector<BenefitTurn>{{1, 1, 1}}).pays()) << "equal is not faster";
}

}  // namespace
}  // namespace abut::programs
