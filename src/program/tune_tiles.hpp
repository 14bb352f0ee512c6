// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "abut/program.hpp"
#include "jit/tuned_tiles.hpp"
#include "ops/tile_choice.hpp"

namespace abut::programs {

/// As compile(), in these tiles in place of those that are stored for the device.
Program compile_in_tiles(Graph graph, const Device& device, const CompileOptions& options, ops::TileTable tiles);

/// Steps of a program that have one tile, and those that it may be: the estimated one first.
struct TileChoices {
    std::string problem;
    std::vector<int> steps{};  ///< of the plan
    std::vector<ops::Tile> tiles{};
};

/// What is worth a measurement in a program: steps of which there are two tiles or more, `most` at most.
std::vector<TileChoices> tile_choices(const Program& program, std::size_t most);

/// Each of the choices in its tile `index`, the last where it has no more.
ops::TileTable tiles_at(std::span<const TileChoices> choices, std::size_t index);

/// One run of a program that was compiled as persistent and timed.
struct StepCycles {
    double all = 0;               ///< from the first tile's begin to the last one's end
    std::vector<double> steps{};  ///< of the plan: of the worker that was at it for longest
};
StepCycles run_steps(Session& session, std::span<const Binding> inputs, std::span<const Binding> outputs);

/// The programs' runs of one round: the estimated tiles, the other tables in their order, and the estimated ones again.
using TileRound = std::vector<StepCycles>;

/// For each of the choices the tile that gains most, where it gains more than noise. Pure.
std::vector<jit::TunedTile> faster_tiles(std::span<const TileChoices> choices, std::span<const TileRound> rounds);

/// What a table gains for the whole run; rounds of three: estimated, in the table, estimated. At least one round. Pure.
jit::TunedTile whole_gain(std::span<const TileRound> rounds);

/// What a directory has from now on: of `known` those whose problem was not among the choices, and the tuned ones. Pure.
std::vector<jit::TunedTile> with_tuned(std::span<const jit::TunedTile> known, std::span<const TileChoices> choices,
                                       std::span<const jit::TunedTile> tuned);

}  // namespace abut::programs
