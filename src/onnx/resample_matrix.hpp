// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace abut::onnx {

/// Resampling along one axis, as ONNX's Resize defines it.
struct Resampling {
    std::string mode = "nearest";
    std::string coordinates = "half_pixel";
    std::string rounding = "round_prefer_floor";
    float cubic_a = -0.75F;
    bool exclude_outside = false;
    bool antialias = false;
    float extrapolation = 0;
};

/// One axis of a Resampling.
struct ResampledAxis {
    std::int64_t extent = 1;
    std::int64_t size = 1;
    double scale = 1;
    double crop_begin = 0;  ///< of tf_crop_and_resize, as parts of the extent
    double crop_end = 1;
};

struct ResampleMatrix {
    std::vector<float> weights;  ///< size rows of extent columns
    std::vector<float> summand;  ///< one a row: the extrapolation value where the row lies outside; empty if none does
};

/// The matrix that a column of elements is multiplied with. Throws InvalidArgument for names that are not known.
ResampleMatrix resample_matrix(const Resampling& resampling, const ResampledAxis& axis);

}  // namespace abut::onnx
