// SPDX-License-Identifier: Apache-2.0
#include "program/compare_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "core/fail.hpp"
#include "program/session_state.hpp"
#include "program/watched_memory.hpp"

namespace abut::programs {
namespace {

using Region = WatchedMemory::Region;
using RegionBytes = std::vector<std::vector<std::byte>>;

template <typename Element>
double number_at(const std::vector<std::byte>& bytes, std::size_t index) {
    Element element{};
    std::memcpy(&element, bytes.data() + index * sizeof element, sizeof element);
    return static_cast<double>(element);
}

/// Steps write float32, and casts bools; all else is told apart byte by byte.
double element_of(const std::vector<std::byte>& bytes, std::size_t index, DType dtype) {
    switch (dtype) {
        case DType::Float32:
            return number_at<float>(bytes, index);
        case DType::Int64:
            return number_at<std::int64_t>(bytes, index);
        case DType::Int32:
            return number_at<std::int32_t>(bytes, index);
        case DType::Float16:
            return number_at<std::uint16_t>(bytes, index);
        case DType::UInt8:
        case DType::Bool:
            break;
    }
    return number_at<std::uint8_t>(bytes, index);
}

bool is_close(double found, double expected, const CompareTolerance& tolerance) {
    if (found == expected || (std::isnan(found) && std::isnan(expected))) return true;
    return std::fabs(found - expected) <= tolerance.absolute + tolerance.relative * std::fabs(expected);
}

/// A run of one program, step by step.
class SteppedRun {
public:
    explicit SteppedRun(const BoundSession& bound)
        : session_(bound.session.state()),
          program_(*session_.program),
          memories_{.arena = arena_address(),
                    .inputs = PortBinding(program_.inputs, "input").addresses(bound.inputs, program_.device),
                    .outputs = PortBinding(program_.outputs, "output").addresses(bound.outputs, program_.device)},
          memory_(program_, memories_, *session_.queue.backend()) {
        session_.bind(bound.inputs, bound.outputs);
        memory_.poison(std::numeric_limits<float>::quiet_NaN());
    }

    [[nodiscard]] const Program::State& program() const { return program_; }
    [[nodiscard]] const std::string& kernel(int step) const { return session_.kernel_of(step).name; }
    [[nodiscard]] bool has_tiles(int step) const {
        return program_.steps[static_cast<std::size_t>(step)].promised.launch.tiles > 0;
    }
    /// Where it changed something besides what it writes.
    std::optional<WatchedMemory::Place> run(int step) {
        session_.enqueue_step(step, {}).wait();
        return memory_.update(regions(step));
    }
    [[nodiscard]] RegionBytes written(int step) const {
        RegionBytes bytes;
        for (const auto& region : regions(step)) bytes.push_back(memory_.bytes_of(region));
        return bytes;
    }
    void take(int step, const RegionBytes& bytes) { memory_.restore(regions(step), bytes); }

private:
    [[nodiscard]] Address arena_address() const {
        if (!session_.arena) return {};
        return {.memory = program_.device.backend()->import(session_.arena.memory()),
                .offset_bytes = session_.arena.offset_bytes()};
    }
    [[nodiscard]] std::vector<Region> regions(int step) const {
        std::vector<Region> regions;
        for (const auto& view : program_.plan.steps[static_cast<std::size_t>(step)].writes)
            regions.push_back(memory_.region_of(view));
        return regions;
    }

    Session::State& session_;
    const Program::State& program_;
    Memories memories_;
    WatchedMemory memory_;
};

/// The value that a write holds, or holds a part of.
const std::string& value_written(const Program::State& program, const Step& step, std::size_t write) {
    const auto& values = step.outputs.empty() ? step.inputs : step.outputs;
    return program.graph.value(values.at(write < values.size() ? write : 0)).name;
}

/// Of the element at a place among those of a view as they lie in memory, the order of WatchedMemory::bytes_of.
Dims index_of(const Layout& layout, std::size_t place) {
    std::vector<int> axes;
    for (int axis = 0; axis < layout.shape.rank(); ++axis) {
        if (layout.shape[axis] > 1 && layout.strides[axis] > 0) axes.push_back(axis);
    }
    std::ranges::sort(axes, {}, [&](int axis) { return layout.strides[axis]; });
    auto index = Dims::filled(layout.shape.rank(), 0);
    auto rest = static_cast<std::int64_t>(place);
    for (const int axis : axes) {
        index[axis] = rest % layout.shape[axis];
        rest /= layout.shape[axis];
    }
    return index;
}

/// Counts what differs in one write, and keeps the element that does so most.
void compare_write(const std::vector<std::byte>& found, const std::vector<std::byte>& expected, const PlannedView& view,
                   const CompareTolerance& tolerance, StepDifference& difference) {
    const auto count = found.size() / static_cast<std::size_t>(size_bytes(view.dtype));
    std::size_t most = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const StepDifference one{.found = element_of(found, i, view.dtype), .expected = element_of(expected, i, view.dtype)};
        if (is_close(one.found, one.expected, tolerance)) continue;
        ++difference.wrong;
        if (difference.wrong > 1 && one.difference() <= difference.difference()) continue;
        most = i;
        difference.found = one.found;
        difference.expected = one.expected;
    }
    if (difference.wrong > 0) difference.element = index_of(view.layout, most);
}

std::optional<StepDifference> step_difference(const SteppedRun& run, int index, const RegionBytes& found,
                                              const RegionBytes& expected,
                                              const std::optional<WatchedMemory::Place>& outside,
                                              const CompareTolerance& tolerance) {
    const auto& step = run.program().plan.steps[static_cast<std::size_t>(index)];
    StepDifference difference{.step = index, .kernel = run.kernel(index), .value = value_written(run.program(), step, 0)};
    for (std::size_t write = 0; write < found.size() && difference.wrong == 0; ++write) {
        compare_write(found[write], expected[write], step.writes[write], tolerance, difference);
        if (difference.wrong > 0) difference.value = value_written(run.program(), step, write);
    }
    if (outside) difference.outside = fmt::format("byte {} of {}", outside->byte, outside->memory);
    if (difference.wrong == 0 && difference.outside.empty()) return std::nullopt;
    return difference;
}

}  // namespace

double StepDifference::difference() const {
    const auto distance = std::fabs(found - expected);
    return std::isnan(distance) ? std::numeric_limits<double>::infinity() : distance;
}

ComparedRuns compare_runs(const BoundSession& checked, const BoundSession& expected, const CompareTolerance& tolerance,
                          const std::function<void(int step, const std::string& kernel)>& before) {
    SteppedRun run(checked);
    SteppedRun other(expected);
    const auto steps = run.program().plan.steps.size();
    core::require(steps == other.program().plan.steps.size(),
                  "compare: expected programs of one plan, found {} and {} steps", steps, other.program().plan.steps.size());
    ComparedRuns report{.steps = static_cast<int>(steps)};
    std::set<std::string> kernels;
    for (int step = 0; step < report.steps; ++step) {
        if (!run.has_tiles(step)) continue;
        kernels.insert(run.kernel(step));
        if (before) before(step, run.kernel(step));
        const auto outside = run.run(step);
        const auto found = run.written(step);
        if (before) before(step, other.kernel(step));
        static_cast<void>(other.run(step));
        const auto wanted = other.written(step);
        if (auto difference = step_difference(run, step, found, wanted, outside, tolerance))
            report.differences.push_back(*std::move(difference));
        if (outside || found != wanted) run.take(step, wanted);
    }
    report.kernels = static_cast<int>(kernels.size());
    return report;
}

}  // namespace abut::programs
