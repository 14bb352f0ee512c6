// SPDX-License-Identifier: Apache-2.0
#include "program/tune_tiles.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include "core/fail.hpp"
#include "program/measure_benefits.hpp"
#include "program/program_state.hpp"
#include "program/session_state.hpp"
#include "program/step_spec.hpp"

namespace abut::programs {
namespace {

/// How many times as fast as the estimated tiles those of program `place` of a round are; `time` is of a run.
template <class Time>
jit::TunedTile gain_of(std::span<const TileRound> rounds, std::size_t place, const Time& time) {
    std::vector<BenefitTurn> turns;
    for (const auto& round : rounds) {
        turns.push_back(
            {.variant_ns = time(round.front()), .generic_ns = time(round.at(place)), .again_ns = time(round.back())});
    }
    const auto slower = benefit_of(turns);
    return {.problem = {}, .tile = {}, .gain = 1 / slower.benefit, .noise = slower.noise};
}

double cycles_of(const StepCycles& run, const TileChoices& choices) {
    double cycles = 0;
    for (const int step : choices.steps) cycles += run.steps.at(static_cast<std::size_t>(step));
    return cycles;
}

}  // namespace

std::vector<TileChoices> tile_choices(const Program& program, std::size_t most) {
    const auto& state = *program.state();
    const auto& profile = state.device.profile();
    std::vector<TileChoices> all;
    for (std::size_t i = 0; i < state.plan.steps.size(); ++i) {
        if (state.steps[i].promised.launch.tiles == 0) continue;
        const auto spec = step_spec(state.plan.steps[i], state.plan, state.graph, profile, PortAlignment::Promised);
        auto problem = ops::tile_problem(spec, profile);
        if (problem.empty()) continue;
        auto same = std::ranges::find(all, problem, &TileChoices::problem);
        if (same == all.end()) {
            all.push_back({.problem = std::move(problem), .steps = {}, .tiles = ops::tiles_to_measure(spec, profile, most)});
            same = std::prev(all.end());
        }
        same->steps.push_back(static_cast<int>(i));
    }
    std::erase_if(all, [](const TileChoices& each) { return each.tiles.size() < 2; });
    return all;
}

ops::TileTable tiles_at(std::span<const TileChoices> choices, std::size_t index) {
    ops::TileTable tiles;
    for (const auto& each : choices) tiles.emplace(each.problem, each.tiles.at(std::min(index, each.tiles.size() - 1)));
    return tiles;
}

StepCycles run_steps(Session& session, std::span<const Binding> inputs, std::span<const Binding> outputs) {
    session.run(inputs, outputs);
    const auto* persistent = session.state().persistent();
    const auto tiles = persistent != nullptr ? persistent->tile_times() : std::vector<TileTime>();
    if (tiles.empty())
        core::fail(ErrorCode::Unsupported,
                   "steps are timed in a program that was compiled as one timed kernel, found launches");
    std::map<std::pair<int, int>, double> by_worker;
    auto first = std::numeric_limits<std::int64_t>::max();
    auto last = std::numeric_limits<std::int64_t>::min();
    for (const auto& tile : tiles) {
        by_worker[{tile.step, tile.worker}] += static_cast<double>(tile.end_cycles - tile.begin_cycles);
        first = std::min(first, tile.begin_cycles);
        last = std::max(last, tile.end_cycles);
    }
    StepCycles run{.all = static_cast<double>(last - first)};
    run.steps.resize(session.state().program->plan.steps.size());
    for (const auto& [place, cycles] : by_worker) {
        auto& step = run.steps.at(static_cast<std::size_t>(place.first));
        step = std::max(step, cycles);
    }
    return run;
}

std::vector<jit::TunedTile> faster_tiles(std::span<const TileChoices> choices, std::span<const TileRound> rounds) {
    std::vector<jit::TunedTile> faster;
    for (const auto& each : choices) {
        jit::TunedTile best;
        for (std::size_t place = 1; place < each.tiles.size(); ++place) {
            auto tuned = gain_of(rounds, place, [&](const StepCycles& run) { return cycles_of(run, each); });
            if (tuned.gain <= 1 + tuned.noise || tuned.gain <= best.gain) continue;
            best = {.problem = each.problem, .tile = each.tiles[place], .gain = tuned.gain, .noise = tuned.noise};
        }
        if (!best.problem.empty()) faster.push_back(std::move(best));
    }
    return faster;
}

jit::TunedTile whole_gain(std::span<const TileRound> rounds) {
    return gain_of(rounds, 1, [](const StepCycles& run) { return run.all; });
}

std::vector<jit::TunedTile> with_tuned(std::span<const jit::TunedTile> known, std::span<const TileChoices> choices,
                                       std::span<const jit::TunedTile> tuned) {
    std::vector<jit::TunedTile> all(tuned.begin(), tuned.end());
    for (const auto& each : known) {
        if (std::ranges::find(choices, each.problem, &TileChoices::problem) == choices.end()) all.push_back(each);
    }
    std::ranges::sort(all, {}, &jit::TunedTile::problem);
    return all;
}

}  // namespace abut::programs
