// SPDX-License-Identifier: Apache-2.0
#include "cli/tune_tiles.hpp"

#include <fmt/format.h>

#include <chrono>
#include <iterator>
#include <memory>
#include <utility>

#include "cli/cache_text.hpp"
#include "cli/model_runner.hpp"
#include "core/printable.hpp"
#include "onnx/with_name.hpp"
#include "program/device_class.hpp"
#include "program/persistent_kernel.hpp"
#include "program/tune_tiles.hpp"

namespace abut::cli {

namespace {

using Runners = std::vector<std::unique_ptr<ModelRunner>>;

/// The model in tiles of the caller's, ready to run.
class TileRunners {
public:
    TileRunners(const TunedModel& model, const CostModel& costs, const Device& device) : model_(model), device_(device) {
        options_.cost_model = costs;
        options_.label = model.name;
        options_.execution = Execution::Persistent;
        options_.timed = true;
    }

    std::unique_ptr<ModelRunner> in(ops::TileTable tiles) const {
        return std::make_unique<ModelRunner>(
            programs::compile_in_tiles(Graph(model_.graph), device_, options_, std::move(tiles)), InputValues());
    }

private:
    const TunedModel& model_;
    const Device& device_;
    CompileOptions options_;
};

/// Seven rounds at least, and as many as some seconds have time for.
std::vector<programs::TileRound> rounds_of(const Runners& runners) {
    using Clock = std::chrono::steady_clock;
    constexpr std::size_t fewest = 7;
    constexpr std::size_t most = 61;
    const auto end = Clock::now() + std::chrono::seconds(10);
    for (const auto& runner : runners) runner->run();
    std::vector<programs::TileRound> rounds;
    while (rounds.size() < fewest || (rounds.size() < most && Clock::now() < end)) {
        programs::TileRound round;
        for (const auto& runner : runners) round.push_back(runner->run_steps());
        round.push_back(runners.front()->run_steps());
        rounds.push_back(std::move(round));
    }
    return rounds;
}

/// What the model's problems are, and which of their tiles are faster.
struct MeasuredTiles {
    std::vector<programs::TileChoices> choices;
    TunedTiles tuned;
};

MeasuredTiles measure(const TunedModel& model, const CostModel& costs, const Device& device) {
    constexpr std::size_t most_tiles = 5;
    const TileRunners make(model, costs, device);
    Runners runners;
    runners.push_back(make.in({}));
    MeasuredTiles measured{.choices = programs::tile_choices(runners.front()->program(), most_tiles), .tuned = {}};
    measured.tuned.model = model.name;
    measured.tuned.problems = measured.choices.size();
    if (measured.choices.empty()) return measured;
    for (std::size_t place = 1; place < most_tiles; ++place)
        runners.push_back(make.in(programs::tiles_at(measured.choices, place)));
    auto& tuned = measured.tuned;
    tuned.tiles = programs::faster_tiles(measured.choices, rounds_of(runners));
    if (tuned.tiles.empty()) return measured;
    ops::TileTable tiles;
    for (const auto& each : tuned.tiles) tiles.emplace(each.problem, each.tile);
    runners.resize(1);
    runners.push_back(make.in(std::move(tiles)));
    const auto whole = programs::whole_gain(rounds_of(runners));
    tuned.gain = whole.gain;
    tuned.noise = whole.noise;
    tuned.is_kept = whole.gain > 1;
    return measured;
}

}  // namespace

std::vector<TunedTiles> tune_tiles(std::span<const TunedModel> models, const CostModel& costs, bool may_tune,
                                   const Device& device, const Context& context) {
    const auto directory = context.cache_directory();
    const bool is_written = context.options().cache_mode == CacheMode::Use;
    const auto identity = programs::measured_identity(device);
    if (!may_tune) {
        if (is_written) jit::write_tiles(directory, identity, {});
        return {};
    }
    if (!programs::has_persistent_kernels(device)) return {};
    std::vector<TunedTiles> all;
    for (const auto& model : models) {
        auto [choices, tuned] = onnx::with_name(core::printable(model.name), [&] { return measure(model, costs, device); });
        const auto kept = tuned.is_kept ? tuned.tiles : std::vector<jit::TunedTile>();
        if (is_written && !choices.empty())
            jit::write_tiles(directory, identity, programs::with_tuned(jit::read_tiles(directory, identity), choices, kept));
        all.push_back(std::move(tuned));
    }
    return all;
}

std::string tuned_tiles_text(std::span<const TunedTiles> tuned) {
    constexpr std::size_t problem_bytes = 62;
    std::string text;
    for (const auto& model : tuned) {
        if (!model.tiles.empty()) {
            std::vector<std::vector<std::string>> rows{{"gain", "tile", "of"}};
            for (const auto& each : model.tiles)
                rows.push_back(
                    {fmt::format("{:.3f}", each.gain), to_string(each.tile), shortened(each.problem, problem_bytes)});
            text += table(rows, 1) + "\n";
        }
        text += fmt::format("{}: other tiles are faster for {} of {} problems", core::printable(model.model),
                            model.tiles.size(), model.problems);
        if (!model.tiles.empty())
            text += fmt::format("; with them a run is {:.3f} times as fast, +-{:.3f}: {}", model.gain, model.noise,
                                model.is_kept ? "runs have them from now on" : "left as estimated");
        text += "\n";
    }
    return text;
}

Json tuned_tiles_json(std::span<const TunedTiles> tuned) {
    Json json = Json::array();
    for (const auto& model : tuned) {
        Json tiles = Json::array();
        for (const auto& each : model.tiles)
            tiles.push_back({{"problem", each.problem},
                             {"tile", to_string(each.tile)},
                             {"gain", each.gain},
                             {"gain_noise", each.noise}});
        json.push_back({{"model", model.model},
                        {"problems", model.problems},
                        {"gain", model.gain},
                        {"gain_noise", model.noise},
                        {"kept", model.is_kept},
                        {"faster", std::move(tiles)}});
    }
    return json;
}

}  // namespace abut::cli
