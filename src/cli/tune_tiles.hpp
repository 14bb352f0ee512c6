// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "cli/tune_benefits.hpp"
#include "jit/tuned_tiles.hpp"

/// The part of `abut tune` that measures tiles.
namespace abut::cli {

/// What was measured in the runs of one model.
struct TunedTiles {
    std::string model;
    std::size_t problems = 0;             ///< that had a choice
    std::vector<jit::TunedTile> tiles{};  ///< that were faster than the estimated ones
    double gain = 1;                      ///< of the model's run with all of them
    double noise = 0;
    bool is_kept = false;  ///< the run is not slower
};

/// Measures tiles of the models' kernels inside their persistent kernels, and notes in the cache those that are faster;
/// what the cache has is taken back first where `may_tune` is false, and nothing is measured. Plans go by `costs`. Nothing
/// where the device has no persistent kernels.
std::vector<TunedTiles> tune_tiles(std::span<const TunedModel> models, const CostModel& costs, bool may_tune,
                                   const Device& device, const Context& context);

std::string tuned_tiles_text(std::span<const TunedTiles> tuned);
Json tuned_tiles_json(std::span<const TunedTiles> tuned);

}  // namespace abut::cli
