// SPDX-License-Identifier: Apache-2.0
// usage: abut_window_times CACHE_DIRECTORY [LAYER]
// Times convolutions of DenseNet, Inception and RRDB on one core in tiles of kernels/cpu/conv2d.cl and conv2d_winograd.cl,
// and prints a line of JSON each: the layer, the tile, its work-items, microseconds of all of them (the least of several
// rounds in which the tiles take turns) and what the tile should take by the count of cycles that choose_tile goes by. The
// first of each kind is the one that is chosen.
// Inputs, weights and outputs are other ones in each launch, as in a network, so that they come from beyond the nearest
// caches.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "core/environment.hpp"
#include "device/backend.hpp"
#include "jit/kernel_cache.hpp"
#include "layer_step.hpp"
#include "ops/conv2d_problem.hpp"
#include "ops/lower.hpp"
#include "ops/window_tile.hpp"
#include "ops/winograd_tile.hpp"

namespace {

using namespace abut;
using bench::Layer;

constexpr Layer layers[] = {
    {56, 192, 128, 1},  {28, 320, 128, 1},  {14, 640, 128, 1},  {7, 768, 128, 1},     {35, 256, 64, 1}, {13, 512, 1000, 1},
    {17, 768, 192, 1},  {56, 128, 32, 3},   {28, 128, 32, 3},   {14, 128, 32, 3},     {7, 128, 32, 3},  {35, 96, 96, 3},
    {64, 160, 32, 3},   {28, 96, 128, 3},   {55, 16, 64, 3},    {13, 64, 256, 3},     {256, 64, 64, 3}, {224, 3, 64, 7, 2},
    {299, 3, 32, 3, 2}, {352, 3, 24, 3, 2}, {240, 3, 16, 3, 2}, {35, 288, 384, 3, 2}, {8, 448, 384, 3}};

/// One way to compute a layer.
struct Way {
    std::string text;
    double cycles = 0;
    ops::LoweredStep step;
};

ops::LoweredStep lowered_in(ops::StepSpec step, const ops::Tile& tile, const DeviceProfile& device) {
    step.tile = tile;
    return ops::lower(step, device);
}

/// Unless there is such a way already.
void add(std::vector<Way>& ways, std::string text, double cycles, const std::function<ops::LoweredStep()>& lower) {
    if (std::ranges::find(ways, text, &Way::text) == ways.end())
        ways.push_back({.text = std::move(text), .cycles = cycles, .step = lower()});
}

/// Tiles of registers: all that there are, and half of them.
std::vector<ops::WindowTile> register_tiles(const Layer& layer, std::int64_t columns, const DeviceProfile& device) {
    std::vector<ops::WindowTile> tiles;
    for (std::int64_t vectors = 1; vectors <= 4; ++vectors) {
        const auto most = ops::most_pixels(vectors, device);
        for (const std::int64_t pixels : {most, ops::divided_up(most, 2)}) {
            for (const std::int64_t height : {std::int64_t{1}, std::int64_t{2}, pixels}) {
                const bool fits =
                    height <= (layer.size - 1) / layer.stride + 1 && pixels >= height && pixels / height <= columns;
                if (fits && (height == 1 || layer.kernel > 1))
                    tiles.push_back({.height = height, .width = pixels / height, .vectors = vectors});
            }
        }
    }
    return tiles;
}

std::vector<Way> direct_ways(const Layer& layer, const DeviceProfile& device) {
    const auto step = bench::step_of(layer, 0);
    const auto problem = ops::with_joined_axes(ops::conv2d_problem(step));
    std::vector<ops::WindowTile> tiles{ops::choose_tile(problem, device)};
    for (auto tile : register_tiles(layer, problem.columns.out, device)) {
        for (tile.parts = 1; tile.parts <= 4; tile.parts *= 2) {
            for (tile.blocks = 1; tile.blocks <= 4; tile.blocks *= 4) {
                if (tile.blocks == 1 || (tile.blocks - 1) * tile.lanes() < layer.out_channels) tiles.push_back(tile);
            }
        }
    }
    std::vector<Way> ways;
    for (const auto& tile : tiles) {
        add(ways,
            fmt::format("\"direct\", \"tile\": [{}, {}, {}, {}, {}]", tile.height, tile.width, tile.vectors, tile.parts,
                        tile.blocks),
            ops::tile_cycles(problem, tile, device), [&] { return lowered_in(step, tile, device); });
    }
    return ways;
}

/// `rows` rows of squares, in so many shares of a row.
std::vector<ops::WinogradTile> square_tiles(const Layer& layer, std::int64_t outputs, const DeviceProfile& device) {
    constexpr std::int64_t most_squares = 64;
    const auto all = ops::divided_up(layer.size, outputs);
    std::vector<ops::WinogradTile> tiles;
    for (const std::int64_t rows : {1, 2, 4}) {
        for (const std::int64_t shares : {1, 2, 4}) {
            const auto columns = ops::divided_up(all, shares);
            if (rows > all || rows * columns > most_squares) continue;
            for (const std::int64_t vectors : {1, 2, 4}) {
                if (vectors * ops::vector_lanes > layer.out_channels) continue;
                const auto parts = ops::divided_up(rows * columns, ops::most_pixels(vectors, device));
                const ops::WindowTile products{
                    .width = ops::divided_up(rows * columns, parts), .vectors = vectors, .parts = parts};
                tiles.push_back({.outputs = outputs, .rows = rows, .columns = columns, .products = products});
            }
        }
    }
    return tiles;
}

std::vector<Way> winograd_ways(const Layer& layer, const DeviceProfile& device) {
    std::vector<Way> ways;
    const auto problem = ops::conv2d_problem(bench::step_of(layer, 2));
    for (const std::int64_t outputs : {2, 4}) {
        if (!ops::takes_winograd(problem, outputs)) continue;
        const auto step = bench::step_of(layer, outputs);
        std::vector<ops::WinogradTile> tiles{ops::choose_winograd_tile(problem, outputs, device)};
        for (auto tile : square_tiles(layer, outputs, device)) {
            for (tile.chunk = 32; tile.chunk <= std::min<std::int64_t>(layer.channels, 128); tile.chunk *= 2)
                tiles.push_back(tile);
        }
        for (const auto& tile : tiles) {
            add(ways,
                fmt::format("\"winograd {}\", \"tile\": [{}, {}, {}, {}, {}, {}, {}]", outputs, tile.rows, tile.columns,
                            tile.chunk, tile.products.width, tile.products.vectors, tile.products.parts,
                            tile.products.blocks),
                ops::winograd_cycles(problem, tile, device), [&] { return lowered_in(step, tile, device); });
        }
    }
    return ways;
}

/// So many of a kind that together they are more than the nearest two caches hold.
std::vector<Buffer> ring(const Device& device, const Queue& queue, std::int64_t bytes) {
    constexpr std::int64_t beyond_caches = 12 << 20;
    std::vector<Buffer> buffers;
    for (std::int64_t sum = 0; sum < beyond_caches || buffers.size() < 2; sum += bytes)
        buffers.push_back(bench::random_buffer(device, queue, bytes));
    return buffers;
}

struct Buffers {
    std::vector<Buffer> x, y, weights;
};

double run_once(const Queue& queue, const ops::LoweredStep& step, const jit::CompiledKernel& compiled,
                const Buffers& buffers, std::size_t turn) {
    const auto of_turn = [&](const std::vector<Buffer>& kind) -> const Buffer& { return kind[turn % kind.size()]; };
    const auto kernel =
        bench::bound_kernel(compiled, step, of_turn(buffers.x), of_turn(buffers.weights), of_turn(buffers.y));
    const auto start = std::chrono::steady_clock::now();
    queue.backend()->launch(*kernel, {.groups = step.tiles, .local = step.spec.items}, {}, false);
    queue.finish();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

void measure(const Device& device, const Layer& layer) {
    std::vector<Way> ways = direct_ways(layer, device.profile());
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
    const auto out_size = (layer.size - 1) / layer.stride + 1;
    const auto out_pixels = out_size * out_size;
    const Buffers buffers{.x = ring(device, queue, pixels * layer.channels * 4),
                          .y = ring(device, queue, out_pixels * layer.out_channels * 4),
                          .weights = ring(device, queue, weight_bytes)};
    std::vector<double> least(ways.size(), 1e30);
    constexpr std::size_t rounds = 12;
    for (std::size_t round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < ways.size(); ++i)
            least[i] = std::min(least[i], run_once(queue, ways[i].step, *compiled[i], buffers, round + i));
    }
    const auto operations =
        2.0 * static_cast<double>(out_pixels * layer.channels * layer.out_channels * layer.kernel * layer.kernel);
    for (std::size_t i = 0; i < ways.size(); ++i) {
        fmt::print(
            "{{\"size\": {}, \"channels\": {}, \"out_channels\": {}, \"kernel\": {}, \"way\": {}, \"tiles\": {}, "
            "\"us\": {:.1f}, \"gflops\": {:.1f}, \"half_cycles\": {:.0f}}}\n",
            layer.size, layer.channels, layer.out_channels, layer.kernel, ways[i].text, ways[i].step.tiles, least[i],
            operations / least[i] * 1e-3, ways[i].cycles);
    }
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
        if (only < 0 || only == index) measure(device, layer);
        ++index;
    }
    return 0;
} catch (const std::exception& error) {
    std::fprintf(stderr, "abut_window_times: %s\n", error.what());
    return 1;
}
