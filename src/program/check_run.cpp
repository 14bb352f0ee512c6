// SPDX-License-Identifier: Apache-2.0
#include "program/check_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <numeric>
#include <random>
#include <string>
#include <vector>

#include "core/fail.hpp"
#include "core/hash.hpp"
#include "program/stepped_run.hpp"

namespace abut::programs {
namespace {

std::vector<std::size_t> plan_order(const Program::State& program) {
    std::vector<std::size_t> order(program.steps.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    return order;
}

/// An order of the steps in which each comes after those that it depends on. `choose` takes the next of those that are
/// ready, by its place among them.
std::vector<std::size_t> order_by(const Program::State& program, const auto& choose) {
    std::vector<std::size_t> awaited;
    std::vector<std::vector<std::size_t>> followers(program.steps.size());
    std::vector<std::size_t> ready;
    for (std::size_t s = 0; s < program.steps.size(); ++s) {
        const auto& before = program.steps[s].dependencies;
        awaited.push_back(before.size());
        for (const int step : before) followers[static_cast<std::size_t>(step)].push_back(s);
        if (before.empty()) ready.push_back(s);
    }
    std::vector<std::size_t> order;
    while (!ready.empty()) {
        std::swap(ready[choose(ready)], ready.back());
        order.push_back(ready.back());
        ready.pop_back();
        for (const auto follower : followers[order.back()]) {
            if (--awaited[follower] == 0) ready.push_back(follower);
        }
    }
    return order;
}

std::vector<std::size_t> drawn_order(const Program::State& program, std::uint32_t seed) {
    std::mt19937 random(seed);
    return order_by(program, [&](const auto& ready) { return random() % ready.size(); });
}

/// What comes last in the plan as early as may be: before whatever it should wait for and does not.
std::vector<std::size_t> latest_first(const Program::State& program) {
    return order_by(program, [](const auto& ready) {
        return static_cast<std::size_t>(std::ranges::max_element(ready) - ready.begin());
    });
}

/// By run: a quiet NaN, which spoils what is computed with it, and a number that changes what a NaN does not, as max(0, x)
/// does.
constexpr std::array<float, 3> poisons{std::numeric_limits<float>::quiet_NaN(), 1e30F, 1e30F};

using Bytes = std::vector<std::byte>;

std::ptrdiff_t first_difference(const Bytes& a, const Bytes& b) {
    return std::ranges::mismatch(a, b).in1 - a.begin();
}

class RunChecker {
public:
    RunChecker(Session::State& session, std::span<const Binding> inputs, std::span<const Binding> outputs,
               std::uint32_t seed)
        : run_(session, inputs, outputs),
          program_(run_.program()),
          orders_{plan_order(program_), drawn_order(program_, seed), latest_first(program_)} {}

    CheckReport check() {
        const auto first = run(0);
        const auto first_outputs = output_bytes();
        for (std::size_t which = 1; which < orders_.size(); ++which) {
            const auto other = run(which);
            for (std::size_t s = 0; s < first.size(); ++s) {
                const auto write = std::ranges::mismatch(first[s], other[s]).in1 - first[s].begin();
                if (write < std::ssize(first[s])) fail_step(which, s, static_cast<std::size_t>(write));
            }
            require_same_outputs(first_outputs, output_bytes());
        }
        return {.steps = static_cast<int>(first.size()), .memory_bytes = run_.memory().size_bytes()};
    }

private:
    using Hashes = std::vector<std::vector<core::ContentHash>>;  // by step, by write

    Hashes run(std::size_t which) {
        run_.memory().poison(poisons[which]);
        Hashes hashes(program_.steps.size());
        for (const auto index : orders_[which]) {
            if (const auto place = run_.run(index)) fail_change(index, *place);
            for (const auto& region : run_.regions_written(index))
                hashes[index].push_back(core::content_hash(run_.memory().bytes_of(region)));
        }
        return hashes;
    }

    /// What one write of `last` is after the steps up to it have run again.
    Bytes bytes_after(std::size_t which, std::size_t last, std::size_t write) {
        run_.memory().poison(poisons[which]);
        for (const auto index : orders_[which]) {
            static_cast<void>(run_.run(index));
            if (index == last) break;
        }
        return run_.memory().bytes_of(run_.regions_written(last)[write]);
    }

    [[nodiscard]] std::vector<Bytes> output_bytes() const {
        std::vector<Bytes> bytes;
        for (std::size_t port = 0; port < program_.outputs.size(); ++port)
            bytes.push_back(run_.memory().bytes_of(run_.memory().region_of_output(port)));
        return bytes;
    }

    /// "; the plan keeps value "x" there", if it does while the step runs.
    [[nodiscard]] std::string owner(std::size_t index, const WatchedMemory::Place& place) const {
        for (std::size_t v = 0; v < program_.plan.placements.size(); ++v) {
            const auto& view = program_.plan.placements[v];
            if (!view) continue;
            const auto& root = program_.plan.roots[static_cast<std::size_t>(view->root)];
            const auto now = static_cast<int>(index);
            const bool live = root.kind != RootKind::Arena || (root.first_step <= now && now <= root.last_step);
            if (root.kind == RootKind::Constant || !live || !run_.memory().covers(run_.memory().region_of(*view), place))
                continue;
            return fmt::format("; value \"{}\" lies there", program_.graph.values()[v].name);
        }
        return "";
    }

    [[noreturn]] void fail_change(std::size_t index, const WatchedMemory::Place& place) const {
        core::fail_invalid("check: step \"{}\" changed byte {} of {}, outside its part of value \"{}\"{}",
                           run_.step(index).name, place.byte, place.memory, run_.value_written(index, 0),
                           owner(index, place));
    }

    [[noreturn]] void fail_step(std::size_t which, std::size_t index, std::size_t write) {
        const auto byte = first_difference(bytes_after(0, index, write), bytes_after(which, index, write));
        core::fail_invalid(
            "check: step \"{}\" gives value \"{}\" other bits, from byte {} of what it writes, when memory is "
            "{:.0e} before in place of {} and independent steps change places: it reads bytes that no step "
            "has written, or does not wait for one that writes or reads its memory",
            run_.step(index).name, run_.value_written(index, write), byte, poisons[which], poisons[0]);
    }

    void require_same_outputs(const std::vector<Bytes>& first, const std::vector<Bytes>& second) const {
        for (std::size_t port = 0; port < first.size(); ++port) {
            if (first[port] == second[port]) continue;
            core::fail_invalid(
                "check: byte {} of output \"{}\" differs between two runs: no step writes it, or a step that "
                "writes over it does not wait",
                first_difference(first[port], second[port]), program_.outputs[port].name);
        }
    }

    SteppedRun run_;
    const Program::State& program_;
    std::array<std::vector<std::size_t>, poisons.size()> orders_;
};

}  // namespace

CheckReport check_run(Session& session, std::span<const Binding> inputs, std::span<const Binding> outputs,
                      std::uint32_t seed) {
    return RunChecker(session.state(), inputs, outputs, seed).check();
}

}  // namespace abut::programs
