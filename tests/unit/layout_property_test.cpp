// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "abut/layout.hpp"

namespace abut {
namespace {

using Random = std::mt19937;

int below(Random& random, int end) {
    return std::uniform_int_distribution<int>(0, end - 1)(random);
}

/// Every index of `shape` in row-major order.
std::vector<Dims> indices_of(const Shape& shape) {
    std::vector<Dims> indices;
    for (std::int64_t i = 0; i < element_count(shape); ++i) {
        Dims index = Dims::filled(shape.rank(), 0);
        std::int64_t rest = i;
        for (int axis = shape.rank() - 1; axis >= 0; --axis) {
            index[axis] = rest % shape[axis];
            rest /= shape[axis];
        }
        indices.push_back(index);
    }
    return indices;
}

std::vector<std::int64_t> offsets_of(const Layout& layout) {
    std::vector<std::int64_t> offsets;
    for (const Dims& index : indices_of(layout.shape)) offsets.push_back(layout.offset_of(index));
    return offsets;
}

Dims random_permutation(Random& random, int rank) {
    std::vector<std::int64_t> axes(static_cast<std::size_t>(rank));
    std::iota(axes.begin(), axes.end(), 0);
    std::ranges::shuffle(axes, random);
    return Dims(axes);
}

/// Permuted, with gaps between some axes and some axes repeated: what slices, transposes and broadcasts leave behind.
Layout random_layout(Random& random) {
    Shape shape;
    const int rank = below(random, 5);
    for (int axis = 0; axis < rank; ++axis) shape.push_back(1 + below(random, 4));
    Layout layout{shape, Strides::filled(rank, 0)};
    std::int64_t stride = 1;
    for (int axis = rank - 1; axis >= 0; --axis) {
        layout.strides[axis] = below(random, 8) == 0 ? 0 : stride;
        stride *= shape[axis] + (below(random, 4) == 0 ? 1 : 0);
    }
    return below(random, 2) == 0 ? layout : layout.permute(random_permutation(random, rank));
}

/// A random shape of `count` elements, with a few axes of extent 1.
Shape random_factors(Random& random, std::int64_t count) {
    Shape shape;
    while (shape.rank() < 5 && (count > 1 || below(random, 3) == 0)) {
        std::vector<std::int64_t> divisors;
        for (std::int64_t d = 1; d <= count; ++d) {
            if (count % d == 0) divisors.push_back(d);
        }
        shape.push_back(divisors[static_cast<std::size_t>(below(random, static_cast<int>(divisors.size())))]);
        count /= shape[shape.rank() - 1];
    }
    if (count > 1) shape.push_back(count);
    return shape;
}

/// The only strides that could give `offsets` the given shape, whether they do or not.
Layout only_candidate(const Shape& shape, const std::vector<std::int64_t>& offsets) {
    Layout layout = Layout::dense(shape);
    const Strides steps = layout.strides;
    for (int axis = 0; axis < shape.rank(); ++axis) {
        if (shape[axis] > 1) layout.strides[axis] = offsets.at(static_cast<std::size_t>(steps[axis])) - offsets.at(0);
    }
    return layout;
}

TEST(LayoutProperty, reshapeFindsStridesExactlyWhereThereAreSome) {
    Random random(1);
    int found = 0;
    int missing = 0;
    for (int round = 0; round < 1500; ++round) {
        const Layout layout = random_layout(random);
        const Shape shape = random_factors(random, element_count(layout.shape));
        const std::vector<std::int64_t> offsets = offsets_of(layout);
        const bool exists = offsets_of(only_candidate(shape, offsets)) == offsets;
        const auto reshaped = layout.reshape(shape);
        ASSERT_EQ(reshaped.has_value(), exists) << to_string(layout) << " to " << to_string(shape);
        if (reshaped) {
            EXPECT_EQ(reshaped->shape, shape);
            EXPECT_EQ(offsets_of(*reshaped), offsets) << to_string(layout) << " to " << to_string(shape);
        }
        ++(exists ? found : missing);
    }
    EXPECT_GT(found, 200);
    EXPECT_GT(missing, 200);
}

TEST(LayoutProperty, reshapeOfNothingAndOfScalars) {
    EXPECT_EQ(Layout::dense({}).reshape({1, 1})->shape, (Shape{1, 1}));
    EXPECT_EQ((Layout{{1, 1}, {5, 9}}.reshape({})->shape), Shape{});
    EXPECT_EQ((Layout{{0, 4}, {9, 1}}.reshape({2, 0})->shape), (Shape{2, 0}));
}

TEST(LayoutProperty, permuteMovesAxes) {
    Random random(2);
    for (int round = 0; round < 200; ++round) {
        const Layout layout = random_layout(random);
        const Dims permutation = random_permutation(random, layout.shape.rank());
        const Layout permuted = layout.permute(permutation);
        for (const Dims& index : indices_of(permuted.shape)) {
            Dims original = index;
            for (int axis = 0; axis < index.rank(); ++axis) original[static_cast<int>(permutation[axis])] = index[axis];
            EXPECT_EQ(permuted.offset_of(index), layout.offset_of(original));
        }
    }
}

TEST(LayoutProperty, sliceIsAPartOfTheWhole) {
    Random random(3);
    for (int round = 0; round < 200; ++round) {
        const Layout layout = random_layout(random);
        if (layout.shape.rank() == 0) continue;
        const int axis = below(random, layout.shape.rank());
        const int extent = static_cast<int>(layout.shape[axis]);
        const int begin = below(random, extent + 1);
        const int end = begin + below(random, extent - begin + 1);
        std::int64_t offset = -1;
        const Layout part = layout.slice(axis, begin, end, offset);
        for (Dims index : indices_of(part.shape)) {
            const std::int64_t in_part = part.offset_of(index);
            index[axis] += begin;
            EXPECT_EQ(offset + in_part, layout.offset_of(index));
        }
    }
}

TEST(LayoutProperty, broadcastRepeats) {
    Random random(4);
    for (int round = 0; round < 200; ++round) {
        const Layout layout = random_layout(random);
        Shape target;
        const int added = below(random, 3);
        for (int axis = 0; axis < added; ++axis) target.push_back(below(random, 4));
        for (const std::int64_t extent : layout.shape) target.push_back(extent == 1 ? below(random, 4) : extent);
        const Layout repeated = layout.broadcast(target);
        ASSERT_EQ(repeated.shape, target);
        for (const Dims& index : indices_of(target)) {
            Dims original;
            for (int axis = 0; axis < layout.shape.rank(); ++axis) {
                original.push_back(layout.shape[axis] == 1 ? 0 : index[axis + added]);
            }
            EXPECT_EQ(repeated.offset_of(index), layout.offset_of(original));
        }
    }
}

TEST(LayoutProperty, extentIsOnePastTheLargestOffset) {
    Random random(5);
    for (int round = 0; round < 200; ++round) {
        const Layout layout = random_layout(random);
        EXPECT_EQ(layout.extent(), std::ranges::max(offsets_of(layout)) + 1);
    }
}

}  // namespace
}  // namespace abut
