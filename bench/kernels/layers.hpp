// SPDX-License-Identifier: Apache-2.0
// Layers that Abut and oneDNN are timed with.
#pragma once

#include <cstdint>
#include <string>

namespace abut::bench {

/// A convolution with stride 1 and "same" padding: `size` rows and columns, `kernel` taps each way.
struct ConvolutionLayer {
    const char* network;
    std::int64_t size, channels, out_channels, kernel;

    [[nodiscard]] std::int64_t weights() const { return out_channels * channels * kernel * kernel; }
    [[nodiscard]] double operations() const { return 2.0 * static_cast<double>(size * size * weights()); }
    [[nodiscard]] double bytes() const {
        return sizeof(float) * static_cast<double>(size * size * (channels + out_channels) + weights());
    }
};

inline constexpr ConvolutionLayer convolution_layers[] = {
    {"DenseNet-121", 56, 192, 128, 1}, {"DenseNet-121", 14, 768, 128, 1}, {"DenseNet-121", 56, 128, 32, 3},
    {"DenseNet-121", 14, 128, 32, 3},  {"Inception-v3", 35, 256, 64, 1},  {"Inception-v3", 35, 96, 96, 3},
    {"RRDB", 64, 64, 32, 3},           {"RRDB", 64, 160, 32, 3},
};

/// {rows, depth} times {depth, columns}.
struct DenseLayer {
    std::int64_t rows, depth, columns;

    [[nodiscard]] double operations() const { return 2.0 * static_cast<double>(rows * depth * columns); }
    [[nodiscard]] double bytes() const {
        return sizeof(float) * static_cast<double>(rows * depth + depth * columns + rows * columns);
    }
};

inline constexpr DenseLayer dense_layers[] = {{1, 1024, 1000}, {128, 768, 768}, {128, 768, 3072}};

inline std::string name_of(const ConvolutionLayer& layer) {
    const auto kernel = std::to_string(layer.kernel);
    return std::string("conv2d ") + layer.network + " " + kernel + "x" + kernel + ", " + std::to_string(layer.channels) +
           " to " + std::to_string(layer.out_channels) + " at " + std::to_string(layer.size);
}

inline std::string name_of(const DenseLayer& layer) {
    return "dense " + std::to_string(layer.rows) + "x" + std::to_string(layer.depth) + "x" + std::to_string(layer.columns);
}

}  // namespace abut::bench
