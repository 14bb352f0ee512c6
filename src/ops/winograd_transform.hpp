// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

/// The transforms of minimal filtering in one dimension, made by the Toom-Cook construction (A. Lavin, S. Gray, Fast
/// Algorithms for Convolutional Neural Networks, 2015, section 3; B. Barabasz et al., Error Analysis and Improving the
/// Accuracy of Winograd Convolution for Deep Neural Networks, 2020, section 2). The points are 0, pairs +-p and infinity; to
/// each p but 1 there is 1/p, which keeps powers of them near 1.
namespace abut::ops {

/// F(results, taps): so many results of a kernel of so many taps from results + taps - 1 products. One tap: nothing to
/// transform.
struct FilterAxis {
    std::int64_t results = 1;
    std::int64_t taps = 1;
    [[nodiscard]] constexpr std::int64_t points() const { return results + taps - 1; }
};

/// The G of the papers: for each point a factor a tap. The number of points is 1 or even, at most 10.
std::vector<std::vector<double>> transform_of_taps(const FilterAxis& axis);

/// Statements that make v[point] of pixels d[point]: the transposed B, in terms of kernels/cpu/conv2d_winograd.cl.
std::string transform_of_pixels(const FilterAxis& axis);

/// Statements that make results o[result] of sums m[point]: the transposed A.
std::string transform_of_sums(const FilterAxis& axis);

/// Vector instructions of transform_of_pixels but loads and stores.
std::int64_t pixel_instructions(const FilterAxis& axis);

}  // namespace abut::ops
