// SPDX-License-Identifier: Apache-2.0
#include "zoo/probe.hpp"

#include <gtest/gtest.h>

#include "zoo/generator.hpp"

namespace abut::zoo {
namespace {

Probe noise(std::size_t channels, std::uint64_t seed) {
    Generator generator(seed);
    Probe probe(channels);
    for (auto& row : probe) {
        for (float& element : row) element = generator.uniform(-1, 1);
    }
    return probe;
}

std::vector<float> noisy_weights(std::size_t count) {
    Generator generator(count);
    std::vector<float> weights(count);
    for (float& weight : weights) weight = generator.uniform(-1, 1);
    return weights;
}

/// As product(), one sum after another, over the inputs in the order that `input_at` gives.
template <class InputAt>
Probe plain_product(std::span<const float> weights, std::size_t outputs, const Probe& x, std::size_t groups,
                    const InputAt& input_at) {
    const std::size_t inputs = x.size() / groups;
    Probe result(outputs);
    for (std::size_t output = 0; output < outputs; ++output) {
        const std::size_t first = output / (outputs / groups) * inputs;
        for (std::size_t pixel = 0; pixel < probe_pixels; ++pixel) {
            float sum = 0;
            for (std::size_t step = 0; step < inputs; ++step) {
                const std::size_t input = input_at(step, inputs);
                sum += weights[output * inputs + input] * x[first + input][pixel];
            }
            result[output][pixel] = sum;
        }
    }
    return result;
}

constexpr auto in_order = [](std::size_t step, std::size_t /*inputs*/) { return step; };
constexpr auto backwards = [](std::size_t step, std::size_t inputs) { return inputs - 1 - step; };

TEST(Probe, ProductsHaveTheBitsOfSumsInOrder) {
    for (const std::size_t outputs : {1, 3, 4, 9}) {
        const Probe x = noise(37, outputs);
        const auto weights = noisy_weights(outputs * x.size());
        const Probe y = product(weights, static_cast<std::int64_t>(outputs), x);
        EXPECT_EQ(y, plain_product(weights, outputs, x, 1, in_order)) << outputs << " outputs";
        EXPECT_NE(y, plain_product(weights, outputs, x, 1, backwards)) << "another order would pass too";
    }
}

TEST(Probe, ProductsOfGroupsMeetTheirOwnInputs) {
    const Probe x = noise(24, 1);
    const auto weights = noisy_weights(std::size_t{15} * 8);
    const Probe y = product(weights, 15, x, 3);
    EXPECT_EQ(y, plain_product(weights, 15, x, 3, in_order));
    EXPECT_NE(y[5], product(std::span(weights).subspan(std::size_t{5} * 8, 8), 1, Probe(x.begin(), x.begin() + 8))[0]);
}

TEST(Probe, ProductsWithWeightsThatAreNotDrawnAreZero) {
    EXPECT_EQ(product(std::vector<float>(8), 2, noise(4, 1)), Probe(2));
}

TEST(Probe, AWindowOfAPixelMeetsThatPixel) {
    const Probe x = noise(3, 1);
    const ProbeWindow pixel{.in = {7, 7}, .out = {7, 7}};
    EXPECT_TRUE(pixel.is_pixel());
    EXPECT_EQ(patches(x, pixel, 0), x);
    const ProbeWindow moved{.before = {1, 0}, .in = {7, 7}, .out = {8, 7}};
    EXPECT_FALSE(moved.is_pixel());
    EXPECT_NE(patches(x, moved, 0), x);
    EXPECT_FALSE((ProbeWindow{.strides = {2, 2}, .in = {7, 7}, .out = {4, 4}}.is_pixel()));
    EXPECT_FALSE((ProbeWindow{.kernel = {1, 3}, .in = {7, 7}, .out = {7, 5}}.is_pixel()));
}

}  // namespace
}  // namespace abut::zoo
