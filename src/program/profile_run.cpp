// SPDX-License-Identifier: Apache-2.0
#include "program/profile_run.hpp"

#include <algorithm>
#include <chrono>

#include "core/fail.hpp"
#include "program/session_state.hpp"

namespace abut::programs {
namespace {

using Clock = std::chrono::steady_clock;

struct TimedRun {
    Clock::time_point end;
    double run_us = 0;
    std::vector<TileTime> tiles;
};

std::int64_t first_cycle(const TimedRun& run) {
    return std::ranges::min_element(run.tiles, {}, &TileTime::begin_cycles)->begin_cycles;
}

std::int64_t last_cycle(const TimedRun& run) {
    return std::ranges::max_element(run.tiles, {}, &TileTime::end_cycles)->end_cycles;
}

/// The counter's frequency, from two runs that are far enough apart.
double cycles_per_us(const TimedRun& first, const TimedRun& last) {
    const auto us = std::chrono::duration<double, std::micro>(last.end - first.end).count();
    return static_cast<double>(last_cycle(last) - last_cycle(first)) / us;
}

}  // namespace

RunProfile profile_run(Session& session, std::span<const Binding> inputs, std::span<const Binding> outputs, int runs) {
    constexpr auto least = std::chrono::milliseconds(300);  // a thousandth of it is what the ends of two runs may be off by
    std::vector<TimedRun> all;
    const auto start = Clock::now();
    while (std::ssize(all) < std::max(runs, 3) || Clock::now() - start < least) {
        const auto begin = Clock::now();
        session.run(inputs, outputs);
        TimedRun run{.end = Clock::now(), .run_us = 0, .tiles = {}};
        run.run_us = std::chrono::duration<double, std::micro>(run.end - begin).count();
        const auto* persistent = session.state().persistent();
        if (persistent != nullptr) run.tiles = persistent->tile_times();
        if (run.tiles.empty()) {
            core::fail(ErrorCode::Unsupported,
                       "a profile needs a program that was compiled as one timed kernel, which CPUs have; found launches");
        }
        all.push_back(std::move(run));
    }
    const double frequency = cycles_per_us(all.front(), all.back());
    const auto middle = all.begin() + std::ssize(all) / 2;
    std::ranges::nth_element(all, middle, {}, &TimedRun::run_us);

    RunProfile profile{.workers = session.state().program->device.profile().compute_units, .run_us = middle->run_us};
    const auto zero = first_cycle(*middle);
    const auto us = [&](std::int64_t cycles) { return static_cast<double>(cycles - zero) / frequency; };
    for (const auto& tile : middle->tiles) {
        profile.tiles.push_back({.step = tile.step,
                                 .worker = tile.worker,
                                 .tile = tile.tile,
                                 .begin_us = us(tile.begin_cycles),
                                 .end_us = us(tile.end_cycles)});
    }
    std::ranges::sort(profile.tiles, {}, &TileSpan::begin_us);
    return profile;
}

}  // namespace abut::programs
