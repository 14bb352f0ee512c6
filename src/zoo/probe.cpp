// SPDX-License-Identifier: Apache-2.0
#include "zoo/probe.hpp"

#include <algorithm>

namespace abut::zoo {
namespace {

using Row = std::array<float, probe_pixels>;

constexpr std::int64_t image_pixels = probe_side * probe_side;
// A channel that is the same everywhere still needs a variance to divide by.
constexpr double smallest_variance = 1e-4;

std::size_t pixel(std::int64_t image, std::int64_t row, std::int64_t column) {
    return static_cast<std::size_t>(image * image_pixels + row * probe_side + column);
}

template <class Function>
void for_each_pixel(Function function) {
    for (std::int64_t image = 0; image < probe_images; ++image) {
        for (std::int64_t row = 0; row < probe_side; ++row) {
            for (std::int64_t column = 0; column < probe_side; ++column) function(image, row, column);
        }
    }
}

/// One axis of a patch: where output `position` of the grid finds tap `tap`, and whether the real image has it there.
struct Place {
    std::int64_t on_grid = 0;
    bool is_inside = false;
};

Place place(const ProbeWindow& window, std::size_t axis, std::int64_t position, std::int64_t tap) {
    const std::int64_t turn =
        probe_side * std::max(window.before[axis], std::int64_t{0});  // keeps the remainder's dividend positive
    const std::int64_t from_start = tap * window.dilations[axis] - window.before[axis];
    const std::int64_t stride = window.strides[axis];
    const std::int64_t real = position * window.out[axis] / probe_side * stride + from_start;
    return {(position * stride + from_start + turn) % probe_side, real >= 0 && real < window.in[axis]};
}

/// What a tap meets at each pixel of the output.
struct Meetings {
    std::array<std::size_t, probe_pixels> from{};
    std::array<bool, probe_pixels> is_inside{};
};

Meetings meetings_of(const ProbeWindow& window, std::int64_t tap) {
    Meetings meetings;
    for_each_pixel([&](std::int64_t image, std::int64_t row, std::int64_t column) {
        const Place vertical = place(window, 0, row, tap / window.kernel[1]);
        const Place horizontal = place(window, 1, column, tap % window.kernel[1]);
        const std::size_t to = pixel(image, row, column);
        meetings.from[to] = pixel(image, vertical.on_grid, horizontal.on_grid);
        meetings.is_inside[to] = vertical.is_inside && horizontal.is_inside;
    });
    return meetings;
}

void add_scaled(Row& sum, float weight, const Row& row) {
    for (std::size_t i = 0; i < row.size(); ++i) sum[i] += weight * row[i];
}

std::span<const float> image_of(const Row& row, std::int64_t image) {
    return std::span(row).subspan(pixel(image, 0, 0), image_pixels);
}

double mean_of(std::span<const float> pixels) {
    double sum = 0;
    for (const float element : pixels) sum += element;
    return sum / static_cast<double>(pixels.size());
}

double mean_square_about(std::span<const float> pixels, double centre) {
    double sum = 0;
    for (const float element : pixels) sum += (element - centre) * (element - centre);
    return sum / static_cast<double>(pixels.size());
}

}  // namespace

Probe patches(const Probe& x, const ProbeWindow& window, float outside) {
    const auto taps = static_cast<std::size_t>(window.taps());
    Probe result(x.size() * taps);
    for (std::size_t tap = 0; tap < taps; ++tap) {
        const Meetings meetings = meetings_of(window, static_cast<std::int64_t>(tap));
        for (std::size_t channel = 0; channel < x.size(); ++channel) {
            Row& row = result[channel * taps + tap];
            for (std::size_t to = 0; to < row.size(); ++to)
                row[to] = meetings.is_inside[to] ? x[channel][meetings.from[to]] : outside;
        }
    }
    return result;
}

Probe spread(std::span<const float> weights, std::int64_t outputs, std::int64_t factor, const Probe& x) {
    Probe result(static_cast<std::size_t>(outputs), Row{});
    const Probe near = enlarged(x, factor);
    const auto taps = static_cast<std::size_t>(factor * factor);
    for (std::size_t channel = 0; channel < x.size(); ++channel) {
        for (std::size_t output = 0; output < result.size(); ++output) {
            const float* kernel = &weights[(channel * result.size() + output) * taps];
            for_each_pixel([&](std::int64_t image, std::int64_t row, std::int64_t column) {
                const std::size_t at = pixel(image, row, column);
                result[output][at] += kernel[row % factor * factor + column % factor] * near[channel][at];
            });
        }
    }
    return result;
}

Probe enlarged(const Probe& x, std::int64_t factor) {
    Probe result(x.size());
    for_each_pixel([&](std::int64_t image, std::int64_t row, std::int64_t column) {
        const std::size_t from = pixel(image, row / factor, column / factor);
        const std::size_t to = pixel(image, row, column);
        for (std::size_t channel = 0; channel < x.size(); ++channel) result[channel][to] = x[channel][from];
    });
    return result;
}

Probe largest(const Probe& patches, std::int64_t taps) {
    Probe result;
    for (std::size_t first = 0; first < patches.size(); first += static_cast<std::size_t>(taps)) {
        Row row = patches[first];
        for (std::size_t tap = 1; tap < static_cast<std::size_t>(taps); ++tap) {
            for (std::size_t i = 0; i < row.size(); ++i) row[i] = std::max(row[i], patches[first + tap][i]);
        }
        result.push_back(row);
    }
    return result;
}

Probe mean(const Probe& patches, std::int64_t taps) {
    Probe result;
    for (std::size_t first = 0; first < patches.size(); first += static_cast<std::size_t>(taps)) {
        Row row{};
        for (std::size_t tap = 0; tap < static_cast<std::size_t>(taps); ++tap) {
            add_scaled(row, 1 / static_cast<float>(taps), patches[first + tap]);
        }
        result.push_back(row);
    }
    return result;
}

Probe image_means(const Probe& x) {
    Probe result(x.size());
    for (std::size_t channel = 0; channel < x.size(); ++channel) {
        for (std::int64_t image = 0; image < probe_images; ++image) {
            const auto mean = static_cast<float>(mean_of(image_of(x[channel], image)));
            std::fill_n(result[channel].begin() + image * image_pixels, image_pixels, mean);
        }
    }
    return result;
}

double total_square(const Probe& x) {
    double total = 0;
    for (const Row& row : x) total += mean_square_about(row, 0);
    return total;
}

ProbeStatistics statistics(const Probe& x) {
    ProbeStatistics result;
    std::vector<double> variances;
    double total = 0;
    for (const Row& row : x) {
        const double mean = mean_of(image_of(row, 0));
        result.mean.push_back(static_cast<float>(mean));
        variances.push_back(mean_square_about(image_of(row, 0), mean));
        total += variances.back();
    }
    // Half of it from all channels: a channel that hardly varies in one image may vary more in others.
    const auto channels = static_cast<double>(x.size());
    for (double& variance : variances) variance = std::max((variance + total / channels) / 2, smallest_variance);
    double excess = 0;
    for (std::size_t channel = 0; channel < x.size(); ++channel) {
        excess += mean_square_about(image_of(x[channel], 1), result.mean[channel]) / variances[channel];
    }
    for (const double variance : variances) result.variance.push_back(static_cast<float>(variance * excess / channels));
    return result;
}

}  // namespace abut::zoo
