// SPDX-License-Identifier: Apache-2.0
#include "ops/winograd_tile.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "ops/window_tile.hpp"

namespace abut::ops {
namespace {

const DeviceProfile avx512{.compute_units = 2, .vector_bytes = 64, .vector_registers = 32};
const DeviceProfile avx2{.compute_units = 2, .vector_bytes = 32, .vector_registers = 16};

/// What would be chosen for a convolution of so many channels, rows and columns.
std::int64_t chosen(const Shape& x, const Shape& weights, const Conv2d& conv, const DeviceProfile& device) {
    Graph graph;
    const auto elements = std::vector<float>(static_cast<std::size_t>(element_count(weights)));
    const ValueId y = graph.conv2d(graph.input("x", ViewSpec::nhwc(x)), graph.constant(weights, elements), conv);
    return best_winograd(graph, graph.node(graph.value(y).producer), device);
}

TEST(WinogradTile, IsForWideImagesAndManyChannels) {
    const Conv2d padded{.pads = {1, 1, 1, 1}};
    for (const auto& device : {avx512, avx2}) {
        EXPECT_EQ(chosen({1, 128, 56, 56}, {32, 128, 3, 3}, padded, device), 4);
        EXPECT_NE(chosen({1, 128, 14, 14}, {32, 128, 3, 3}, padded, device), 0);
        EXPECT_EQ(chosen({1, 3, 56, 56}, {32, 3, 3, 3}, padded, device), 0) << "the transform has hardly a product to save";
        EXPECT_EQ(chosen({1, 128, 56, 56}, {32, 128, 3, 3}, {.strides = {2, 2}, .pads = {1, 1, 1, 1}}, device), 0);
        EXPECT_EQ(chosen({1, 128, 56, 56}, {32, 128, 3, 3}, {.pads = {2, 2, 2, 2}, .dilations = {2, 2}}, device), 0);
        EXPECT_NE(chosen({1, 48, 35, 35}, {64, 48, 5, 5}, {.pads = {2, 2, 2, 2}}, device), 0);
        EXPECT_EQ(chosen({1, 192, 17, 17}, {192, 192, 1, 7}, {.pads = {0, 3, 0, 3}}, device), 4);
        EXPECT_EQ(chosen({1, 192, 17, 17}, {192, 192, 7, 1}, {.pads = {3, 0, 3, 0}}, device), 4);
        EXPECT_EQ(chosen({1, 128, 56, 56}, {32, 128, 9, 9}, padded, device), 0);
    }
    auto gpu = avx512;
    gpu.kernels = KernelFamily::Gpu;
    EXPECT_EQ(chosen({1, 128, 56, 56}, {32, 128, 3, 3}, padded, gpu), 0);
}

TEST(WinogradTile, KeepsItsSumsInTheRegistersOfTheDevice) {
    WindowProblem problem;
    problem.channels = 200;
    problem.rows = {.in = 20, .out = 20, .kernel = 3, .stride = 1, .dilation = 1, .pad = 1};
    for (const auto& device : {avx512, avx2}) {
        for (const std::int64_t out : {1, 9, 56, 400}) {
            for (const std::int64_t out_channels : {3, 32, 500}) {
                problem.columns = {.in = out, .out = out, .kernel = 3, .stride = 1, .dilation = 1, .pad = 1};
                problem.out_channels = out_channels;
                for (const std::int64_t outputs : {2, 4}) {
                    const auto tile = choose_winograd_tile(problem, outputs, device);
                    EXPECT_EQ(tile.outputs, outputs);
                    const WindowTile& products = tile.products;
                    const auto idle_squares = products.columns() - tile.rows * tile.columns;
                    EXPECT_GE(idle_squares, 0);
                    EXPECT_LT(idle_squares, products.parts);
                    EXPECT_LE(tile.columns, (out + outputs - 1) / outputs);
                    EXPECT_LE(registers_a_vector(device) * products.vectors * (products.width + 1) + 1,
                              device.vector_registers);
                }
            }
        }
    }
}

}  // namespace
}  // namespace abut::ops
