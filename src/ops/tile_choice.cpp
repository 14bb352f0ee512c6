// SPDX-License-Identifier: Apache-2.0
#include "ops/tile_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/overloaded.hpp"
#include "ops/conv2d_problem.hpp"
#include "ops/dense_problem.hpp"
#include "ops/window_tile.hpp"
#include "ops/winograd_tile.hpp"

namespace abut::ops {
namespace {

/// A step whose tile is chosen: what by, and how.
struct TileChoice {
    const char* kernel = "";
    WindowProblem problem;
    std::int64_t winograd = 0;
};

std::optional<TileChoice> choice_of(const StepSpec& step, const DeviceProfile& device) {
    if (device.kernels != KernelFamily::Cpu) return {};
    if (const auto* conv = std::get_if<Conv2d>(&step.operation)) {
        auto images = conv2d_problem(step);
        if (conv->winograd != 0) return TileChoice{"winograd", std::move(images), conv->winograd};
        if (is_depthwise(images)) return {};
        return TileChoice{"conv2d", with_joined_axes(std::move(images))};
    }
    if (!std::holds_alternative<Dense>(step.operation)) return {};
    auto dense = dense_problem(step);
    if (!dense.packs_b) return {};
    return TileChoice{"dense", std::move(dense.window)};
}

std::string axis_text(const WindowAxis& axis) {
    return fmt::format("{}-{} of {} by {} x {} behind {}", axis.in, axis.out, axis.kernel, axis.stride, axis.dilation,
                       axis.pad);
}

std::string problem_text(const TileChoice& choice) {
    const auto& problem = choice.problem;
    // Steps that differ in depth alone share a tile.
    const auto depth = choice.winograd == 0 && has_dynamic_depth(problem) ? "any" : fmt::format("{}", problem.channels);
    const auto kernel = choice.winograd == 0 ? choice.kernel : fmt::format("{} {}", choice.kernel, choice.winograd);
    return fmt::format("{}: {} images, {} groups, channels {} to {}, rows {}, columns {}", kernel, problem.images,
                       problem.groups, depth, problem.out_channels, axis_text(problem.rows), axis_text(problem.columns));
}

template <class T>
struct Counted {
    double cycles = 0;
    T tile;
};

/// The fastest of each shape of registers, none that should take half as long again as the first.
template <class T, class Registers>
std::vector<Tile> best_of(std::vector<Counted<T>> counted, std::size_t most, const Registers& registers) {
    constexpr double too_slow = 1.5;
    std::ranges::stable_sort(counted, {}, &Counted<T>::cycles);
    std::vector<Tile> best;
    std::vector<std::array<std::int64_t, 3>> taken;
    for (const auto& [cycles, tile] : counted) {
        if (best.size() == most || cycles > too_slow * counted.front().cycles) break;
        const auto of_tile = registers(tile);
        if (std::ranges::find(taken, of_tile) != taken.end()) continue;
        taken.push_back(of_tile);
        best.emplace_back(tile);
    }
    return best;
}

std::vector<Tile> window_tiles_to_measure(const WindowProblem& problem, const DeviceProfile& device, std::size_t most) {
    std::vector<Counted<WindowTile>> counted;
    consider_tiles(problem, device, [&](const WindowTile& tile) {
        counted.push_back({tile_cycles(problem, tile, device), tile});
    });
    return best_of(std::move(counted), most, [](const WindowTile& tile) {
        return std::array{tile.height, tile.width, tile.vectors};
    });
}

std::vector<Tile> winograd_tiles_to_measure(const TileChoice& choice, const DeviceProfile& device, std::size_t most) {
    // Sums join the total chunk by chunk, so another chunk would be other bits.
    const auto chunk = choose_winograd_tile(choice.problem, choice.winograd, device).chunk;
    std::vector<Counted<WinogradTile>> counted;
    consider_winograd_tiles(choice.problem, choice.winograd, device, [&](const WinogradTile& tile) {
        if (tile.chunk == chunk) counted.push_back({winograd_cycles(choice.problem, tile, device), tile});
    });
    return best_of(std::move(counted), most, [](const WinogradTile& tile) {
        return std::array{tile.rows, tile.columns, tile.products.vectors};
    });
}

bool is_choice(const TileChoice& choice, const Tile& tile, const DeviceProfile& device) {
    bool found = false;
    if (choice.winograd == 0) {
        consider_tiles(choice.problem, device, [&](const WindowTile& other) { found = found || Tile(other) == tile; });
        return found;
    }
    const auto* winograd = std::get_if<WinogradTile>(&tile);
    if (winograd == nullptr) return false;
    if (winograd->chunk != choose_winograd_tile(choice.problem, choice.winograd, device).chunk) return false;
    consider_winograd_tiles(choice.problem, choice.winograd, device,
                            [&](const WinogradTile& other) { found = found || other == *winograd; });
    return found;
}

}  // namespace

WindowTile window_tile_of(const StepSpec& step, const WindowProblem& problem, const DeviceProfile& device) {
    const auto* chosen = std::get_if<WindowTile>(&step.tile);
    return chosen != nullptr ? *chosen : choose_tile(problem, device);
}

WinogradTile winograd_tile_of(const StepSpec& step, const WindowProblem& problem, std::int64_t outputs,
                              const DeviceProfile& device) {
    const auto* chosen = std::get_if<WinogradTile>(&step.tile);
    return chosen != nullptr && chosen->outputs == outputs ? *chosen : choose_winograd_tile(problem, outputs, device);
}

GroupTile group_tile_of(const StepSpec& step, const GroupProblem& problem, const DeviceProfile& device) {
    const auto* chosen = std::get_if<GroupTile>(&step.tile);
    return chosen != nullptr ? *chosen : choose_group_tile(problem, device);
}

std::string tile_problem(const StepSpec& step, const DeviceProfile& device) {
    const auto choice = choice_of(step, device);
    return choice ? problem_text(*choice) : std::string();
}

std::vector<Tile> tiles_to_measure(const StepSpec& step, const DeviceProfile& device, std::size_t most) {
    const auto choice = choice_of(step, device);
    if (!choice) return {};
    return choice->winograd == 0 ? window_tiles_to_measure(choice->problem, device, most)
                                 : winograd_tiles_to_measure(*choice, device, most);
}

StepSpec in_tile_of(const TileTable& tiles, StepSpec step, const DeviceProfile& device) {
    if (tiles.empty()) return step;
    const auto choice = choice_of(step, device);
    if (!choice) return step;
    const auto found = tiles.find(problem_text(*choice));
    if (found != tiles.end() && is_choice(*choice, found->second, device)) step.tile = found->second;
    return step;
}

std::string to_string(const Tile& tile) {
    const auto window = [](const WindowTile& of) {
        return fmt::format("{} x {} pixels of {} channels, {} x {}", of.height, of.width, of.lanes(), of.parts, of.blocks);
    };
    return std::visit(core::Overloaded{[](std::monostate) { return std::string("as estimated"); }, window,
                                       [&](const WinogradTile& of) {
                                           return fmt::format("{} x {} squares by {} channels; {}", of.rows, of.columns,
                                                              of.chunk, window(of.products));
                                       },
                                       [](const GroupTile& of) {
                                           return fmt::format("{} x {} of {} x {}, {} by {}", of.pixels, of.channels,
                                                              of.item_pixels, of.item_channels, of.chunk, of.split);
                                       }},
                      tile);
}

}  // namespace abut::ops
