// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ops/image_strides.hpp"
#include "ops/step_builder.hpp"

namespace abut::ops {

/// The text of each stride of an image.
struct StrideTexts {
    std::string image;
    std::string channel;
    std::string row;
    std::string column;
};

/// Strides of 0 and 1 as they are, since they say how a vector is read; the others are numbers of the step, named after
/// `view`.
StrideTexts stride_texts(StepBuilder& builder, std::string_view view, const ImageStrides& strides);
/// The same as macros of kernels want them: "x_image_stride, 1, x_row_stride, x_column_stride".
std::string stride_list(StepBuilder& builder, std::string_view view, const ImageStrides& strides);

}  // namespace abut::ops
