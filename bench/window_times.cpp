// SPDX-License-Identifier: Apache-2.0
// usage: abut_window_times CACHE_DIRECTORY [LAYER]
// Times convolutions of DenseNet, Inception and RRDB on one core in tiles of kernels/cpu/conv2d.cl and conv2d_winograd.cl,
// and prints a line of JSON each: the layer, the tile, its work-items, microseconds of all of them (the least of several
// rounds in which the tiles take turns) and what the tile should take by the count of cycles that choose_tile goes by.
// Inputs, weights and outputs are other ones in each launch, as in a network, so that they come from beyond the nearest
// caches.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "core/environment.hpp"
#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"
#include "ops/conv2d_problem.hpp"
#include "ops/lower.hpp"
#include "ops/window_tile.hpp"
#include "ops/winograd_tile.hpp"

namespace {

using namespace abut;

struct Layer {
    std::int64_t size = 0;  ///< rows and columns of the image
    std::int64_t channels = 0;
    std::int64_t out_channels = 0;
    std::int64_t kernel = 1;
};

constexpr Layer layers[] = {{56, 192, 128, 1},  {28, 320, 128, 1}, {14, 640, 128, 1}, {7, 768, 128, 1}, {35, 256, 64, 1},
                            {13, 512, 1000, 1}, {17, 768, 192, 1}, {56, 128, 32, 3},  {28, 128, 32, 3}, {14, 128, 32, 3},
                            {7, 128, 32, 3},    {35, 96, 96, 3},   {64, 160, 32, 3},  {28, 96, 128, 3}, {55, 16, 64, 3},
                            {13, 64, 256, 3},   {256, 64, 64, 3}};

/// One way to compute a layer.
struct Way {
    std::string text;
    double cycles = 0;
    ops::LoweredStep step;
};

ops::StepSpec step_of(const Layer& layer, std::int64_t winograd) {
    const auto operand = [](const Shape& shape) {
        return ops::Operand{ViewSpec(DType::Float32, Layout::channels_last(shape), Alignment{64, 0}), {}};
    };
    const std::int64_t pad = layer.kernel / 2;
    const Shape weights{layer.out_channels, layer.channels, layer.kernel, layer.kernel};
    return {.operation = Conv2d{.pads = {pad, pad, pad, pad}, .winograd = winograd},
            .reads = {operand({1, layer.channels, layer.size, layer.size}),
                      ops::Operand{ViewSpec(DType::Float32, weights), ValueId{1}}},
            .writes = {operand({1, layer.out_channels, layer.size, layer.size})}};
}

std::vector<Way> direct_ways(const Layer& layer, const DeviceProfile& device) {
    const auto step = step_of(layer, 0);
    const auto problem = ops::with_joined_axes(ops::conv2d_problem(step));
    std::vector<ops::WindowTile> tiles{ops::choose_tile(problem, device)};
    for (std::int64_t vectors = 1; vectors <= 4; ++vectors) {
        const auto most = ops::most_pixels(vectors, device);
        for (const std::int64_t pixels : {most, ops::divided_up(most, 2)}) {
            for (const std::int64_t height : {std::int64_t{1}, std::int64_t{2}, pixels}) {
                if (layer.kernel == 1 && height != 1) continue;
                if (pixels / height == 0) continue;
                for (const std::int64_t parts : {1, 2, 4}) {
                    for (const std::int64_t blocks : {1, 4}) {
                        if (blocks > 1 && (blocks - 1) * vectors * 16 >= layer.out_channels) continue;
                        if (height > layer.size || pixels / height > problem.columns.out) continue;
                        tiles.push_back({.height = height,
                                         .width = pixels / height,
                                         .vectors = vectors,
                                         .blocks = blocks,
                                         .parts = parts});
                    }
                }
            }
        }
    }
    std::vector<Way> ways;
    for (const auto& tile : tiles) {
        char text[160];
        std::snprintf(text, sizeof text, "\"direct\", \"tile\": [%ld, %ld, %ld, %ld, %ld]", tile.height, tile.width,
                      tile.vectors, tile.parts, tile.blocks);
        if (std::ranges::find(ways, std::string(text), &Way::text) != ways.end()) continue;
        ways.push_back({text, ops::tile_cycles(problem, tile, device), ops::lower_conv2d_in_tile(step, tile)});
    }
    return ways;
}

std::vector<Way> winograd_ways(const Layer& layer, const DeviceProfile& device) {
    std::vector<Way> ways;
    const auto problem = ops::conv2d_problem(step_of(layer, 2));
    if (!ops::takes_winograd(problem)) return ways;
    for (const std::int64_t outputs : {2, 4}) {
        const auto step = step_of(layer, outputs);
        std::vector<ops::WinogradTile> tiles{ops::choose_winograd_tile(problem, outputs, device)};
        const auto all = ops::divided_up(layer.size, outputs);
        for (const std::int64_t rows : {1, 2, 4}) {
            for (const std::int64_t shares : {1, 2, 4}) {
                for (const std::int64_t chunk : {32, 64, 128}) {
                    for (const std::int64_t vectors : {1, 2, 4}) {
                        const auto columns = ops::divided_up(all, shares);
                        const auto squares = rows * columns;
                        if (rows > all || chunk > layer.channels || squares > 64 || vectors * 16 > layer.out_channels)
                            continue;
                        const auto parts = ops::divided_up(squares, ops::most_pixels(vectors, device));
                        tiles.push_back(
                            {.outputs = outputs,
                             .rows = rows,
                             .columns = columns,
                             .chunk = chunk,
                             .products = {.width = ops::divided_up(squares, parts), .vectors = vectors, .parts = parts}});
                    }
                }
            }
        }
        for (const auto& tile : tiles) {
            char text[200];
            std::snprintf(text, sizeof text, "\"winograd %ld\", \"tile\": [%ld, %ld, %ld, %ld, %ld, %ld, %ld]", outputs,
                          tile.rows, tile.columns, tile.chunk, tile.products.width, tile.products.vectors,
                          tile.products.parts, tile.products.blocks);
            if (std::ranges::find(ways, std::string(text), &Way::text) != ways.end()) continue;
            ways.push_back({text, ops::winograd_cycles(problem, tile, device), ops::lower_conv2d_in_tile(step, tile)});
        }
    }
    return ways;
}

Buffer random_buffer(const Device& device, const Queue& queue, std::int64_t bytes) {
    std::mt19937 random(1);
    std::vector<float> elements(static_cast<std::size_t>(bytes) / sizeof(float));
    for (float& element : elements) element = static_cast<float>(random()) * 0x1p-32F - 0.5F;
    Buffer buffer = device.allocate(bytes);
    queue.write(buffer, 0, std::as_bytes(std::span(elements)));
    return buffer;
}

/// So many of a kind that together they are more than the nearest two caches hold.
std::vector<Buffer> ring(const Device& device, const Queue& queue, std::int64_t bytes) {
    constexpr std::int64_t beyond_caches = 12 << 20;
    std::vector<Buffer> buffers;
    for (std::int64_t sum = 0; sum < beyond_caches || buffers.size() < 2; sum += bytes)
        buffers.push_back(random_buffer(device, queue, bytes));
    return buffers;
}

struct Buffers {
    std::vector<Buffer> x, y, weights;
};

double run_once(const Queue& queue, const ops::LoweredStep& step, const jit::CompiledKernel& compiled,
                const Buffers& buffers, std::size_t turn) {
    const auto kernel = compiled.module->kernel(compiled.name);
    int index = 0;
    for (const ops::Argument& argument : step.arguments) {
        if (argument.kind == ops::ArgumentKind::Scalar) {
            kernel->set(index++, device::ScalarType::Int64, argument.value);
            continue;
        }
        const auto& of_kind = argument.kind == ops::ArgumentKind::Read    ? buffers.x
                              : argument.kind == ops::ArgumentKind::Write ? buffers.y
                                                                          : buffers.weights;
        kernel->set(index++, of_kind[turn % of_kind.size()].memory());
        kernel->set(index++, device::ScalarType::Int64, 0);
    }
    const auto start = std::chrono::steady_clock::now();
    queue.backend()->launch(*kernel, {.groups = step.tiles, .local = step.spec.items}, {}, false);
    queue.finish();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

void measure(const Device& device, const Layer& layer, bool only_winograd) {
    std::vector<Way> ways = only_winograd ? std::vector<Way>{} : direct_ways(layer, device.profile());
    std::ranges::move(winograd_ways(layer, device.profile()), std::back_inserter(ways));
    std::vector<ops::KernelSpec> kernels;
    std::int64_t weight_bytes = 0;
    for (const auto& way : ways) {
        kernels.push_back(way.step.spec);
        weight_bytes = std::max(weight_bytes, way.step.constants.front().size_bytes);
    }
    const auto compiled = jit::kernel_cache(device).get(kernels);
    const Queue queue = device.queue();
    const auto pixels = layer.size * layer.size;
    const Buffers buffers{.x = ring(device, queue, pixels * layer.channels * 4),
                          .y = ring(device, queue, pixels * layer.out_channels * 4),
                          .weights = ring(device, queue, weight_bytes)};
    std::vector<double> least(ways.size(), 1e30);
    constexpr std::size_t rounds = 12;
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < ways.size(); ++i)
            least[i] = std::min(least[i], run_once(queue, ways[i].step, *compiled[i], buffers, round + i));
    }
    const double operations =
        2.0 * static_cast<double>(pixels * layer.channels * layer.out_channels * layer.kernel * layer.kernel);
    for (std::size_t i = 0; i < ways.size(); ++i) {
        std::printf(
            "{\"size\": %ld, \"channels\": %ld, \"out_channels\": %ld, \"kernel\": %ld, \"way\": %s, \"tiles\": %ld, "
            "\"us\": %.1f, \"gflops\": %.1f, \"cycles\": %.0f, \"chosen\": %s}\n",
            layer.size, layer.channels, layer.out_channels, layer.kernel, ways[i].text.c_str(), ways[i].step.tiles, least[i],
            operations / least[i] * 1e-3, ways[i].cycles, i == 0 ? "true" : "false");
    }
    std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) try {
    if (count < 2) {
        std::fputs("usage: abut_window_times CACHE_DIRECTORY [LAYER]\n", stderr);
        return 2;
    }
    core::limit_driver_threads(1);
    const Device device = Device::open("opencl:0", {.cache = {.directory = arguments[1]}});
    const int only = count > 2 ? std::atoi(arguments[2]) : -1;
    int index = 0;
    for (const Layer& layer : layers) {
        if (only < 0 || only == index) measure(device, layer, count > 3);
        ++index;
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "abut_window_times: %s\n", error.what());
    return 1;
}
