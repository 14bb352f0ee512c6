// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/check_step.hpp"

namespace abut::test {
namespace {

constexpr Tolerance exact{0, 0};
const std::vector<Form> every_form(std::begin(all_forms), std::end(all_forms));

/// A resize by `scales`, sizes rounded down as ONNX does.
Resize scaled(const Shape& shape, std::vector<float> scales, ResizeMode mode,
              ResizeCoordinates coordinates = ResizeCoordinates::HalfPixel,
              ResizeRounding rounding = ResizeRounding::PreferFloor) {
    Resize resize{.mode = mode, .coordinates = coordinates, .rounding = rounding, .sizes = shape, .scales = scales};
    for (int axis = 0; axis < shape.rank(); ++axis) {
        const float size = static_cast<float>(shape[axis]) * scales[static_cast<std::size_t>(axis)];
        resize.sizes[axis] = static_cast<std::int64_t>(std::floor(size));
    }
    return resize;
}

TEST(ResizeKernel, ServesAllForms) {
    const Shape shape{2, 20, 5, 7};
    const Tensor x = random_tensor(shape, 1);
    EXPECT_EQ(check_forms(scaled(shape, {1, 1, 2, 2}, ResizeMode::Nearest), x, every_form, exact), "");
    EXPECT_EQ(check_forms(scaled(shape, {1, 1, 2, 2}, ResizeMode::Linear), x, every_form), "");
    EXPECT_EQ(check_forms(scaled(shape, {1, 1, 2.5F, 3.3F}, ResizeMode::Nearest), x, every_form, exact), "");
    EXPECT_EQ(check_forms(scaled(shape, {1, 1, 2.5F, 3.3F}, ResizeMode::Linear), x, every_form), "");
}

TEST(ResizeKernel, ServesEveryCoordinateAndRounding) {
    using enum ResizeCoordinates;
    const Shape shape{1, 17, 8, 9};
    const Tensor x = random_tensor(shape, 2);
    const std::vector<Form> forms{Form::Last};
    for (const auto coordinates : {HalfPixel, HalfPixelSymmetric, PytorchHalfPixel, AlignCorners, Asymmetric}) {
        for (const std::vector<float>& scales :
             {std::vector{1.0F, 1.0F, 0.6F, 1.7F}, std::vector{1.0F, 1.0F, 0.125F, 3.0F}}) {
            const int where = static_cast<int>(coordinates);
            EXPECT_EQ(check_forms(scaled(shape, scales, ResizeMode::Linear, coordinates), x, forms), "") << where;
            for (const auto rounding :
                 {ResizeRounding::PreferFloor, ResizeRounding::PreferCeil, ResizeRounding::Floor, ResizeRounding::Ceil}) {
                const Resize nearest = scaled(shape, scales, ResizeMode::Nearest, coordinates, rounding);
                EXPECT_EQ(check_forms(nearest, x, forms, exact), "") << where << " " << static_cast<int>(rounding);
            }
        }
    }
}

TEST(ResizeKernel, ResizesAnyAxis) {
    const std::vector<Form> forms{Form::Dense, Form::SlicedLast};
    const Shape volume{1, 6, 5, 4, 7};
    const Tensor x = random_tensor(volume, 3);
    for (const ResizeMode mode : {ResizeMode::Nearest, ResizeMode::Linear}) {
        EXPECT_EQ(check_forms(scaled(volume, {1, 1, 2, 1.5F, 3}, mode), x, forms), "");
        EXPECT_EQ(check_forms(scaled(volume, {1, 2, 1, 1, 1}, mode), x, forms), "");
        EXPECT_EQ(check_forms(scaled({40}, {2.2F}, mode), random_tensor({40}, 4), {Form::Dense}), "");
        EXPECT_EQ(check_forms(scaled({1, 1, 30, 30}, {1, 1, 2, 2}, mode), random_tensor({1, 1, 30, 30}, 4), {Form::Dense}),
                  "");
    }
}

}  // namespace
}  // namespace abut::test
