// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/known_number.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <vector>

namespace abut::jit {
namespace {

using Known = KnownNumber;

bool may_be(const Known& known, std::int64_t value) {
    return value >= known.low && value <= known.high && ((value - known.remainder) & (known.modulus - 1)) == 0;
}

TEST(KnownNumber, FollowsMultiples) {
    const auto of_16 = Known::multiple_of(16);
    EXPECT_EQ((of_16 + Known::of(4)).divisor(), 4);
    EXPECT_EQ((of_16 * Known::multiple_of(12)).divisor(), 64);
    EXPECT_EQ((of_16 + Known{} * Known::of(24)).divisor(), 8);
    EXPECT_EQ((of_16 % Known::of(24)).divisor(), 8);
    EXPECT_EQ((of_16 / Known::of(4)).divisor(), 4);
    EXPECT_EQ((of_16 / Known::of(3)).divisor(), 1);
    EXPECT_EQ((Known{} & Known::of(-8)).divisor(), 8);
    EXPECT_EQ(joined(of_16, Known::of(40)).divisor(), 8);
    EXPECT_EQ(Known::of(0).divisor(), Known::largest_modulus);
}

// Sanitizers and debug assertions see what a release build does not.
TEST(KnownNumber, JoinsTheBitsOfNegativeNumbers) {
    EXPECT_EQ(Known::of(~3) | Known::of(~7), Known::of(~3));
    EXPECT_EQ(Known::of(~3) ^ Known::of(~7), Known::of(4));
    EXPECT_EQ(Known::between(-8, -4) | Known::between(-16, -8), Known{});
}

/// Some facts, and some numbers for which each of them holds.
struct Sample {
    Known known;
    std::vector<std::int64_t> values;
};

Sample sample(std::mt19937& random) {
    const auto draw = [&](int low, int high) { return std::uniform_int_distribution<std::int64_t>(low, high)(random); };
    Sample result;
    std::optional<Known> known;
    const auto modulus = std::int64_t{1} << draw(0, 5);
    const auto remainder = draw(0, 63);
    for (int i = 0; i < 4; ++i) {
        const auto value = draw(-6, 6) * modulus + remainder;
        result.values.push_back(value);
        known = known ? joined(*known, Known::of(value)) : Known::of(value);
    }
    result.known = *known;
    if (draw(0, 3) == 0) result.known.high = Known::highest;
    if (draw(0, 3) == 0) result.known.low = Known::lowest;
    return result;
}

struct Case {
    const char* name;
    std::function<Known(const Known&, const Known&)> known;
    std::function<std::optional<std::int64_t>(std::int64_t, std::int64_t)> exact;
};

std::vector<Case> cases() {
    using Number = std::int64_t;
    const auto total = [](auto operation) {
        return [operation](Number a, Number b) { return std::optional<Number>(operation(a, b)); };
    };
    const auto small = [](auto operation) {
        return [operation](Number a, Number b) {
            return b >= 0 && b < 20 ? std::optional<Number>(operation(a, b)) : std::nullopt;
        };
    };
    const auto with_divisor = [](auto operation) {
        return [operation](Number a, Number b) { return b != 0 ? std::optional<Number>(operation(a, b)) : std::nullopt; };
    };
    return {{"+", [](auto& a, auto& b) { return a + b; }, total(std::plus<Number>())},
            {"-", [](auto& a, auto& b) { return a - b; }, total(std::minus<Number>())},
            {"*", [](auto& a, auto& b) { return a * b; }, total(std::multiplies<Number>())},
            {"/", [](auto& a, auto& b) { return a / b; }, with_divisor(std::divides<Number>())},
            {"%", [](auto& a, auto& b) { return a % b; }, with_divisor(std::modulus<Number>())},
            {"&", [](auto& a, auto& b) { return a & b; }, total(std::bit_and<Number>())},
            {"|", [](auto& a, auto& b) { return a | b; }, total(std::bit_or<Number>())},
            {"^", [](auto& a, auto& b) { return a ^ b; }, total(std::bit_xor<Number>())},
            {"<<", shifted_left, small([](Number a, Number b) { return a * (Number{1} << b); })},
            {">>", shifted_right, small([](Number a, Number b) { return a >> b; })},
            {"<", less, total(std::less<Number>())},
            {"==", jit::equal, total(std::equal_to<Number>())},
            {"join", [](auto& a, auto& b) { return joined(a, b); }, total([](Number a, Number) { return a; })},
            {"widen", [](auto& a, auto& b) { return widened(a, b); }, total([](Number, Number b) { return b; })},
            {"char", [](auto& a, auto&) { return converted(a, 1, true); },
             total([](Number a, Number) { return std::int8_t(a); })},
            {"uchar", [](auto& a, auto&) { return converted(a, 1, false); },
             total([](Number a, Number) { return std::uint8_t(a); })},
            {"uint", [](auto& a, auto&) { return converted(a, 4, false); },
             total([](Number a, Number) { return std::uint32_t(a); })}};
}

TEST(KnownNumber, HoldsOfEveryResult) {
    std::mt19937 random(1);
    for (int round = 0; round < 3000; ++round) {
        const auto a = sample(random);
        const auto b = sample(random);
        for (const auto& tested : cases()) {
            const auto known = tested.known(a.known, b.known);
            for (const auto x : a.values) {
                for (const auto y : b.values) {
                    const auto exact = tested.exact(x, y);
                    if (!exact) continue;
                    ASSERT_TRUE(may_be(known, *exact)) << x << ' ' << tested.name << ' ' << y << " is " << *exact;
                }
            }
        }
    }
}

}  // namespace
}  // namespace abut::jit
