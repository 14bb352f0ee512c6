// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>

#include "zoo/probe.hpp"

namespace abut::zoo {
namespace {

using Row = Probe::value_type;

constexpr std::size_t lane_count = 16;
/// Pixels that are computed together, in as many registers as the processor needs for them.
using Lanes [[gnu::vector_size(lane_count * sizeof(float))]] = float;
static_assert(probe_pixels >= lane_count);

/// The rows of a group and the products that are wanted of them.
struct Product {
    const float* weights;  ///< {outputs, inputs}
    std::size_t outputs;
    std::size_t inputs;
    const Row* x;
    Row* result;
};

/// Sums over the inputs in their order, multiplied and added apart: the same bits however many lanes a register has.
template <std::size_t Outputs>
[[gnu::always_inline]] inline void multiply_pixels(const Product& of, std::size_t output, std::size_t pixel) {
    Lanes sums[Outputs]{};
    const float* weights = of.weights + output * of.inputs;
    for (std::size_t input = 0; input < of.inputs; ++input) {
        Lanes pixels;
        std::memcpy(&pixels, reinterpret_cast<const float*>(of.x + input) + pixel, sizeof pixels);
        for (std::size_t row = 0; row < Outputs; ++row) sums[row] += weights[row * of.inputs + input] * pixels;
    }
    for (std::size_t row = 0; row < Outputs; ++row)
        std::memcpy(reinterpret_cast<float*>(of.result + output + row) + pixel, &sums[row], sizeof(Lanes));
}

[[gnu::always_inline]] inline void multiply(const Product& of) {
    constexpr std::size_t together = 4;  // each pixel that is loaded serves as many sums
    constexpr std::size_t last = probe_pixels - lane_count;
    for (std::size_t first = 0; first < probe_pixels; first += lane_count) {
        const std::size_t pixel = first < last ? first : last;  // the last ones overlap those before
        std::size_t output = 0;
        for (; output + together <= of.outputs; output += together) multiply_pixels<together>(of, output, pixel);
        for (; output < of.outputs; ++output) multiply_pixels<1>(of, output, pixel);
    }
}

void multiply_anywhere(const Product& of) {
    multiply(of);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void multiply_avx2(const Product& of) {
    multiply(of);
}

[[gnu::target("avx512f")]] void multiply_avx512(const Product& of) {
    multiply(of);
}

auto* best_multiply() {
    if (__builtin_cpu_supports("avx512f") != 0) return multiply_avx512;
    return __builtin_cpu_supports("avx2") != 0 ? multiply_avx2 : multiply_anywhere;
}
#else
auto* best_multiply() {
    return multiply_anywhere;
}
#endif

}  // namespace

Probe product(std::span<const float> weights, std::int64_t outputs, const Probe& x, std::int64_t groups) {
    Probe result(static_cast<std::size_t>(outputs), Row{});
    // All are zero where weights are not drawn.
    if (std::ranges::all_of(weights, [](float weight) { return weight == 0; })) return result;
    const std::size_t inputs = x.size() / static_cast<std::size_t>(groups);
    const std::size_t outputs_a_group = result.size() / static_cast<std::size_t>(groups);
    auto* const multiply_group = best_multiply();
    for (std::size_t group = 0; group < static_cast<std::size_t>(groups); ++group) {
        multiply_group({.weights = weights.data() + group * outputs_a_group * inputs,
                        .outputs = outputs_a_group,
                        .inputs = inputs,
                        .x = x.data() + group * inputs,
                        .result = result.data() + group * outputs_a_group});
    }
    return result;
}

}  // namespace abut::zoo
