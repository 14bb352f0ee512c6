// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "support/run_step.hpp"
#include "support/step_batch.hpp"

namespace abut::test {
namespace {

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
    StepBatch batch;
    batch.check_forms("nearest, doubled", scaled(shape, {1, 1, 2, 2}, ResizeMode::Nearest), x, every_form, exact);
    batch.check_forms("linear, doubled", scaled(shape, {1, 1, 2, 2}, ResizeMode::Linear), x, every_form);
    batch.check_forms("nearest", scaled(shape, {1, 1, 2.5F, 3.3F}, ResizeMode::Nearest), x, every_form, exact);
    batch.check_forms("linear", scaled(shape, {1, 1, 2.5F, 3.3F}, ResizeMode::Linear), x, every_form);
    EXPECT_EQ(batch.failures(), "");
}

TEST(ResizeKernel, BuildsAlone) {
    const Shape shape{2, 20, 5, 7};
    const Resize resize = scaled(shape, {1, 1, 2.5F, 3.3F}, ResizeMode::Linear);
    EXPECT_EQ(check_step(resize, {random_tensor(shape, 1)}, {Form::Dense}, Form::SlicedDense), "");
}

TEST(ResizeKernel, ServesEveryCoordinateAndRounding) {
    using enum ResizeCoordinates;
    const Shape shape{1, 17, 8, 9};
    const Tensor x = random_tensor(shape, 2);
    const std::vector<Form> forms{Form::Last};
    StepBatch batch;
    for (const auto coordinates : {HalfPixel, HalfPixelSymmetric, PytorchHalfPixel, AlignCorners, Asymmetric}) {
        for (const std::vector<float>& scales :
             {std::vector{1.0F, 1.0F, 0.6F, 1.7F}, std::vector{1.0F, 1.0F, 0.125F, 3.0F}}) {
            const std::string where = fmt::format("coordinates {}, rows by {}", static_cast<int>(coordinates), scales[2]);
            batch.check_forms(where, scaled(shape, scales, ResizeMode::Linear, coordinates), x, forms);
            for (const auto rounding :
                 {ResizeRounding::PreferFloor, ResizeRounding::PreferCeil, ResizeRounding::Floor, ResizeRounding::Ceil}) {
                const Resize nearest = scaled(shape, scales, ResizeMode::Nearest, coordinates, rounding);
                batch.check_forms(fmt::format("{}, rounding {}", where, static_cast<int>(rounding)), nearest, x, forms,
                                  exact);
            }
        }
    }
    EXPECT_EQ(batch.failures(), "");
}

TEST(ResizeKernel, ResizesAnyAxis) {
    const std::vector<Form> forms{Form::Dense, Form::SlicedLast};
    const Shape volume{1, 6, 5, 4, 7};
    const Tensor x = random_tensor(volume, 3);
    const Tensor row = random_tensor({40}, 4);
    const Tensor image = random_tensor({1, 1, 30, 30}, 4);
    StepBatch batch;
    for (const ResizeMode mode : {ResizeMode::Nearest, ResizeMode::Linear}) {
        const std::string where = mode == ResizeMode::Nearest ? "nearest, " : "linear, ";
        batch.check_forms(where + "volume", scaled(volume, {1, 1, 2, 1.5F, 3}, mode), x, forms);
        batch.check_forms(where + "channels", scaled(volume, {1, 2, 1, 1, 1}, mode), x, forms);
        batch.check_forms(where + "row", scaled(row.shape, {2.2F}, mode), row, {Form::Dense});
        batch.check_forms(where + "image", scaled(image.shape, {1, 1, 2, 2}, mode), image, {Form::Dense});
    }
    EXPECT_EQ(batch.failures(), "");
}

}  // namespace
}  // namespace abut::test
