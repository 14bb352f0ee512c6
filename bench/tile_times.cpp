// SPDX-License-Identifier: Apache-2.0
// usage: abut_tile_times DEVICE CACHE_DIRECTORY [LAYER]
// Times convolutions of DenseNet, GoogLeNet, RRDB and U-Net in every tile of kernels/gpu/window.cl that could serve them,
// and prints a line of JSON each: the extents of the product, the tile, microseconds a launch (the least of several batches
// of launches in one queue), and what choose_group_tile takes. On an architecture without a device it only fills the cache.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"
#include "layer_step.hpp"
#include "ops/group_window.hpp"
#include "ops/lower.hpp"

namespace {

using namespace abut;
using bench::Layer;

constexpr Layer layers[] = {{56, 64, 128, 1},  {56, 192, 128, 1}, {28, 256, 128, 1},  {14, 256, 128, 1}, {14, 768, 128, 1},
                            {7, 512, 128, 1},  {7, 960, 128, 1},  {56, 128, 32, 3},   {28, 128, 32, 3},  {14, 128, 32, 3},
                            {7, 128, 32, 3},   {28, 96, 128, 3},  {14, 112, 224, 3},  {7, 160, 320, 3},  {56, 64, 192, 3},
                            {28, 512, 256, 1}, {64, 64, 32, 3},   {64, 160, 32, 3},   {128, 64, 64, 3},  {256, 64, 64, 3},
                            {64, 256, 256, 3}, {32, 512, 512, 3}, {16, 1024, 512, 3}, {80, 64, 64, 3},   {20, 256, 128, 3},
                            {1, 1024, 1000, 1}};

std::vector<ops::GroupTile> tiles() {
    std::vector<ops::GroupTile> result;
    for (const std::int64_t pixels : {16, 32, 64, 128}) {
        for (const std::int64_t channels : {32, 64, 128}) {
            for (const auto& [item_pixels, item_channels] :
                 {std::pair{4, 4}, std::pair{8, 4}, std::pair{4, 8}, std::pair{8, 8}}) {
                for (const std::int64_t split : {1, 2, 4, 8, 16}) {
                    // Where few groups run, what counts is how often each waits: so large chunks for many parts.
                    const std::int64_t chunk = split == 1 ? 16 : std::max<std::int64_t>(32, 8 * split);
                    const ops::GroupTile tile{pixels, channels, item_pixels, item_channels, chunk, split};
                    constexpr std::int64_t most_floats = 12288;
                    if (tile.items() >= 64 && tile.items() <= 512 && tile.local_floats() <= most_floats)
                        result.push_back(tile);
                }
            }
        }
    }
    return result;
}

/// Microseconds of one launch.
double time_of(const Device& device, const Queue& queue, const ops::LoweredStep& step, const jit::CompiledKernel& compiled,
               const Layer& layer) {
    constexpr int batches = 5;
    constexpr int launches = 40;
    const auto pixels = layer.size * layer.size;
    const Buffer x = bench::random_buffer(device, queue, pixels * layer.channels * 4);
    const Buffer y = device.allocate(pixels * layer.out_channels * 4);
    const Buffer weights = bench::random_buffer(device, queue, step.constants.front().size_bytes);
    const auto kernel = bench::bound_kernel(compiled, step, x, weights, y);
    double least = 1e30;
    for (int batch = 0; batch <= batches; ++batch) {
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < launches; ++i) {
            queue.backend()->launch(*kernel, {.groups = step.tiles, .local = step.spec.items}, {}, false);
        }
        queue.finish();
        const std::chrono::duration<double, std::micro> taken = std::chrono::steady_clock::now() - start;
        if (batch > 0) least = std::min(least, taken.count() / launches);
    }
    return least;
}

void print(const Layer& layer, const ops::GroupTile& tile, const ops::LoweredStep& step, double microseconds, bool chosen) {
    std::printf(
        "{\"pixels\": %ld, \"channels\": %ld, \"depth\": %ld, \"tile\": [%ld, %ld, %ld, %ld, %ld, %ld], \"items\": %ld, "
        "\"groups\": %ld, \"us\": %.2f, \"chosen\": %s}\n",
        layer.size * layer.size, layer.out_channels, layer.channels * layer.kernel * layer.kernel, tile.pixels,
        tile.channels, tile.item_pixels, tile.item_channels, tile.chunk, tile.split, tile.items(), step.tiles, microseconds,
        chosen ? "true" : "false");
}

void measure(const Device& device, const Layer& layer, bool has_device) {
    ops::StepSpec spec = bench::step_of(layer);
    const auto chosen = ops::choose_group_tile({.pixels = layer.size * layer.size,
                                                .channels = layer.out_channels,
                                                .depth = layer.channels * layer.kernel * layer.kernel},
                                               device.profile());
    std::vector<ops::LoweredStep> steps;
    std::vector<ops::KernelSpec> kernels;
    const auto all = tiles();
    for (const auto& tile : all) {
        spec.tile = tile;
        steps.push_back(ops::lower(spec, device.profile()));
        kernels.push_back(steps.back().spec);
    }
    const auto compiled = jit::kernel_cache(device).get(kernels);
    if (!has_device) return;
    const Queue queue = device.queue();
    for (std::size_t i = 0; i < all.size(); ++i) {
        print(layer, all[i], steps[i], time_of(device, queue, steps[i], *compiled[i], layer), all[i] == chosen);
    }
}

}  // namespace

int main(int count, char** arguments) try {
    if (count < 3) {
        std::fputs("usage: abut_tile_times DEVICE CACHE_DIRECTORY [LAYER]\n", stderr);
        return 2;
    }
    const std::string selector = arguments[1];
    const Device device = Device::open(selector, {.cache = {.directory = arguments[2]}, .kernels = KernelFamily::Gpu});
    const int only = count > 3 ? std::atoi(arguments[3]) : -1;
    int index = 0;
    for (const Layer& layer : layers) {
        if (only < 0 || only == index++) measure(device, layer, selector.find("sm_") == std::string::npos);
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "abut_tile_times: %s\n", error.what());
    return 1;
}
