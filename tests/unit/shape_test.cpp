// SPDX-License-Identifier: Apache-2.0
#include "abut/shape.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <vector>

#include "core/checked.hpp"
#include "support/error_text.hpp"

namespace abut {
namespace {

using testing_support::error_text;

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();

TEST(Dims, holdsWhatItWasGiven) {
    Dims dims{2, 3};
    dims.push_back(5);
    EXPECT_EQ(dims, (Dims{2, 3, 5}));
    EXPECT_NE(dims, (Dims{2, 3}));
    EXPECT_NE(dims, (Dims{2, 3, 4}));
    EXPECT_EQ(Dims::filled(2, 7), (Dims{7, 7}));
    EXPECT_EQ(Dims(std::vector<std::int64_t>{4, 1}), (Dims{4, 1}));
    EXPECT_EQ(Dims{}.rank(), 0);
}

TEST(Dims, refusesTooManyAxes) {
    Dims eight = Dims::filled(8, 1);
    EXPECT_EQ(error_text([&] { eight.push_back(1); }), "expected at most 8 axes, found one more");
    EXPECT_EQ(error_text([] { Dims{1, 1, 1, 1, 1, 1, 1, 1, 1}; }), "expected at most 8 axes, found 9");
    EXPECT_EQ(error_text([] { Dims::filled(9, 1); }), "expected 0 to 8 axes, found 9");
    EXPECT_EQ(error_text([] { Dims::filled(-1, 1); }), "expected 0 to 8 axes, found -1");
    EXPECT_EQ(eight.rank(), 8);
}

TEST(Dims, prints) {
    EXPECT_EQ(to_string(Dims{1, 3, 224, 224}), "1x3x224x224");
    EXPECT_EQ(to_string(Dims{}), "scalar");
}

TEST(ElementCount, multipliesAndRefusesOverflow) {
    EXPECT_EQ(element_count({}), 1);
    EXPECT_EQ(element_count({2, 3, 4}), 24);
    EXPECT_EQ(element_count({2, 0, 4}), 0);
    EXPECT_EQ(element_count({largest}), largest);
    EXPECT_EQ(error_text([] {
                  element_count({largest, 2});
              }),
              "the number of elements of 9223372036854775807x2 overflows 63 bits");
    EXPECT_EQ(error_text([] { element_count({2, -1}); }), "expected extents of 0 and more, found 2x-1");
    // An empty axis hides no overflow: strides are products of the others.
    EXPECT_NE(error_text([] { element_count({0, largest, 2}); }), "nothing");
    EXPECT_NE(error_text([] { element_count({largest, 2, 0}); }), "nothing");
}

TEST(NormalizedAxis, countsFromTheBack) {
    EXPECT_EQ(normalized_axis(1, 4), 1);
    EXPECT_EQ(normalized_axis(-1, 4), 3);
    EXPECT_EQ(normalized_axis(-4, 4), 0);
    EXPECT_EQ(error_text([] { normalized_axis(4, 4); }), "expected an axis in [-4, 4), found 4");
    EXPECT_EQ(error_text([] { normalized_axis(-5, 4); }), "expected an axis in [-4, 4), found -5");
    EXPECT_EQ(error_text([] { normalized_axis(0, 0); }), "expected an axis in [0, 0), found 0");
    EXPECT_NE(error_text([] { normalized_axis(std::int64_t{1} << 32, 4); }), "nothing");
}

TEST(Checked, throwsBeyond64Bits) {
    EXPECT_EQ(core::checked_add(largest - 1, 1), largest);
    EXPECT_EQ(core::checked_subtract(-largest, 1), std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(core::checked_multiply(-3, 5), -15);
    EXPECT_EQ(error_text([] { core::checked_add(largest, 1); }), "9223372036854775807 + 1 overflows 64 bits");
    EXPECT_EQ(error_text([] { core::checked_subtract(-largest, 2); }), "-9223372036854775807 - 2 overflows 64 bits");
    EXPECT_EQ(error_text([] { core::checked_multiply(largest, -2); }), "9223372036854775807 * -2 overflows 64 bits");
}

}  // namespace
}  // namespace abut
