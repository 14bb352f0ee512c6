// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "abut/operations.hpp"

namespace abut::zoo {

/// Side of the grid of pixels that stands for an activation. It is odd, so that a stride of 2 around the torus meets every
/// pixel once.
inline constexpr std::int64_t probe_side = 7;
/// BatchNorm's statistics are taken from the first image; the second, which they were not fitted to, corrects their scale.
/// What is fitted to few pixels is too small for all others, which would add up over a hundred layers.
inline constexpr std::int64_t probe_images = 2;
inline constexpr std::int64_t probe_pixels = probe_images * probe_side * probe_side;

/// What a few pixels of an activation hold, one row a channel, image after image. Networks are run on such probes while they
/// are built, which gives weights the right scale and BatchNorm its statistics. Only +, -, *, / and square roots are used,
/// in a fixed order: the results are the same on every platform.
using Probe = std::vector<std::array<float, probe_pixels>>;

/// A window that slides over an image; pairs are height and width. The extents are those of the real image, for which the
/// padding is right.
struct ProbeWindow {
    Pair kernel{1, 1};
    Pair strides{1, 1};
    Pair dilations{1, 1};
    Pair before{0, 0};  ///< padding above and on the left
    Pair in{1, 1};
    Pair out{1, 1};

    [[nodiscard]] std::int64_t taps() const { return kernel[0] * kernel[1]; }
    /// It meets at each pixel of the output the same pixel of the input.
    [[nodiscard]] bool is_pixel() const { return taps() == 1 && strides == Pair{1, 1} && before == Pair{0, 0}; }
};

/// What the window meets at each pixel of the output, row channel * taps + tap; `outside` in the padding.
Probe patches(const Probe& x, const ProbeWindow& window, float outside);
/// weights (row-major, `outputs` rows of one value a row of x) times x, for each of `groups` equal parts of both.
Probe product(std::span<const float> weights, std::int64_t outputs, const Probe& x, std::int64_t groups = 1);
/// Transposed convolution with kernel = stride = `factor`, weights {C, O, factor, factor}.
Probe spread(std::span<const float> weights, std::int64_t outputs, std::int64_t factor, const Probe& x);
/// Every pixel repeated factor times along both axes, around the torus.
Probe enlarged(const Probe& x, std::int64_t factor);
/// Rows of `taps` patches each, reduced to one.
Probe largest(const Probe& patches, std::int64_t taps);
Probe mean(const Probe& patches, std::int64_t taps);
/// Each row's mean over an image.
Probe image_means(const Probe& x);
/// Sum over the rows of the mean square.
double total_square(const Probe& x);

/// Mean and variance of every row.
struct ProbeStatistics {
    std::vector<float> mean;
    std::vector<float> variance;
};
ProbeStatistics statistics(const Probe& x);

}  // namespace abut::zoo
