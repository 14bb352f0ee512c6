// SPDX-License-Identifier: Apache-2.0
#include "abut/layout.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "support/error_text.hpp"

namespace abut {
namespace {

using testing_support::error_text;

TEST(Layout, denseAndChannelsLast) {
    EXPECT_EQ(Layout::dense({2, 3, 4}).strides, (Strides{12, 4, 1}));
    EXPECT_EQ(Layout::dense({2, 0, 4}).strides, (Strides{4, 4, 1}));
    EXPECT_EQ(Layout::dense({}).strides, Strides{});
    EXPECT_EQ(Layout::channels_last({2, 3, 4, 5}).strides, (Strides{60, 1, 15, 3}));
    EXPECT_EQ(Layout::channels_last({2, 3, 4}).strides, (Strides{12, 1, 3}));
    EXPECT_EQ(Layout::channels_last({2, 3}), Layout::dense({2, 3}));
    EXPECT_EQ(to_string(Layout::channels_last({1, 3, 224, 224})), "1x3x224x224 strides 150528x1x672x3");
}

TEST(Layout, denseIgnoresAxesOfOne) {
    EXPECT_TRUE(Layout::dense({2, 3}).is_dense());
    EXPECT_TRUE((Layout{{2, 1, 3}, {3, 99, 1}}.is_dense()));
    EXPECT_TRUE((Layout{{0, 3}, {7, 7}}.is_dense()));
    EXPECT_TRUE(Layout::channels_last({1, 1, 4, 4}).is_dense());
    EXPECT_FALSE(Layout::channels_last({1, 2, 4, 4}).is_dense());
    EXPECT_FALSE((Layout{{2, 3}, {4, 1}}.is_dense()));
    EXPECT_FALSE((Layout{{2, 3}, {0, 1}}.is_dense()));
}

TEST(Layout, extentReachesTheLastElement) {
    EXPECT_EQ(Layout::dense({2, 3}).extent(), 6);
    EXPECT_EQ((Layout{{2, 3}, {10, 2}}.extent()), 15);
    EXPECT_EQ((Layout{{5, 3}, {0, 1}}.extent()), 3);
    EXPECT_EQ((Layout{{5, 0}, {9, 1}}.extent()), 0);
    EXPECT_EQ(Layout{}.extent(), 1);
    const std::int64_t large = std::numeric_limits<std::int64_t>::max() / 2;
    EXPECT_NE(error_text([&] { return (Layout{{4}, {large}}).extent(); }), "nothing");
    EXPECT_NE(error_text([&] { return (Layout{{2, 2, 2}, {large, large, large}}).extent(); }), "nothing");
}

TEST(Layout, namesWhatItRefuses) {
    const Layout layout = Layout::dense({2, 3});
    std::int64_t offset = 0;
    EXPECT_EQ(error_text([&] { return layout.slice(1, 2, 4, offset); }),
              "expected a part of [0, 3) on axis 1, found [2, 4)");
    EXPECT_EQ(error_text([&] { return layout.slice(-1, 2, 1, offset); }),
              "expected a part of [0, 3) on axis 1, found [2, 1)");
    EXPECT_EQ(error_text([&] { return layout.slice(2, 0, 1, offset); }), "expected an axis in [-2, 2), found 2");
    EXPECT_EQ(error_text([&] { return layout.permute({0}); }), "expected a permutation of 2 axes, found 0");
    EXPECT_EQ(error_text([&] { return layout.permute({1, 1}); }), "expected a permutation of the axes 0 to 1, found 1x1");
    EXPECT_EQ(error_text([&] { return layout.permute({0, 2}); }), "expected a permutation of the axes 0 to 1, found 0x2");
    EXPECT_EQ(error_text([&] { return layout.broadcast({3}); }), "2x3 can't be broadcast to 3, which has fewer axes");
    EXPECT_EQ(error_text([&] {
                  return layout.broadcast({4, 3});
              }),
              "2x3 can't be broadcast to 4x3: axis 0 has extent 2, not 1 or 4");
    EXPECT_EQ(error_text([&] { return layout.reshape({4}); }), "expected a shape of 6 elements as 2x3 has, found 4");
    EXPECT_EQ(error_text([&] { return layout.offset_of({0, 3}); }), "expected an index inside 2x3, found 0x3");
    EXPECT_EQ(error_text([&] { return layout.offset_of({0}); }), "expected an index of 2 axes, found 1");
}

TEST(Alignment, powerOfTwo) {
    EXPECT_EQ((Alignment{64, 0}.power_of_two()), 64);
    EXPECT_EQ((Alignment{64, 48}.power_of_two()), 16);
    EXPECT_EQ((Alignment{64, 1}.power_of_two()), 1);
    EXPECT_EQ((Alignment{48, 0}.power_of_two()), 16);
    EXPECT_EQ((Alignment{1, 0}.power_of_two()), 1);
}

TEST(Alignment, movedAndJoinedSayWhatIsTrueOfAddresses) {
    for (const Alignment& a : {Alignment{64, 0}, Alignment{48, 20}, Alignment{16, 3}}) {
        for (const Alignment& b : {Alignment{32, 0}, Alignment{64, 36}, Alignment{7, 2}}) {
            const Alignment joined = a.joined(b);
            for (int n = 0; n < 20; ++n) {
                EXPECT_EQ((a.modulus * n + a.remainder) % joined.modulus, joined.remainder);
                EXPECT_EQ((b.modulus * n + b.remainder) % joined.modulus, joined.remainder);
            }
        }
        for (const std::int64_t bytes : {0, 4, 60, 4000, -4, -200}) {
            const Alignment moved = a.moved(bytes);
            EXPECT_EQ((a.modulus * 100 + a.remainder + bytes) % moved.modulus, moved.remainder);
            EXPECT_EQ(moved.modulus, a.modulus);
        }
    }
    EXPECT_EQ((Alignment{64, 0}.joined({64, 0})), (Alignment{64, 0}));
    EXPECT_EQ((Alignment{64, 0}.joined({64, 32})), (Alignment{32, 0}));
}

TEST(ViewSpec, slicesKeepWhatIsKnown) {
    ViewSpec spec = ViewSpec::nhwc({1, 96, 7, 7}, 64);
    spec.offset_bytes = 128;
    const ViewSpec part = spec.slice(1, 24, 56);
    EXPECT_EQ(part.shape(), (Shape{1, 32, 7, 7}));
    EXPECT_EQ(part.layout.strides, spec.layout.strides);
    EXPECT_EQ(part.alignment, (Alignment{64, 32}));
    EXPECT_EQ(part.offset_bytes, 128 + 96);
    EXPECT_FALSE(ViewSpec::nchw({2, 3}).slice(0, 1, 2).offset_bytes.has_value());
}

TEST(ViewSpec, refusesWhatContradictsItself) {
    EXPECT_EQ(error_text([] {
                  ViewSpec(DType::Float32, Layout{{2, 3}, {1}}, {4, 0});
              }),
              "expected a stride an axis, found shape 2x3 and strides 1");
    EXPECT_EQ(error_text([] {
                  ViewSpec(DType::Float32, Layout::dense({2}), {4, 4});
              }),
              "expected an alignment with 0 <= remainder < modulus, found modulus 4 and remainder 4");
    EXPECT_EQ(error_text([] { ViewSpec::nhwc({2, 3}); }), "expected an image of 4 axes, found 2x3");
    const std::int64_t large = std::numeric_limits<std::int64_t>::max() / 2;
    EXPECT_NE(error_text([&] { ViewSpec(DType::Float32, Shape{large}); }), "nothing");
    EXPECT_EQ(error_text([&] { ViewSpec(DType::UInt8, Shape{large}); }), "nothing");
}

TEST(DType, sizesAndNames) {
    EXPECT_EQ(size_bytes(DType::Float32), 4);
    EXPECT_EQ(size_bytes(DType::Float16), 2);
    EXPECT_EQ(size_bytes(DType::Int64), 8);
    EXPECT_EQ(size_bytes(DType::Bool), 1);
    EXPECT_EQ(to_string(DType::UInt8), "uint8");
    EXPECT_EQ(error_text([] { return size_bytes(static_cast<DType>(77)); }), "77 is no element type");
}

}  // namespace
}  // namespace abut
