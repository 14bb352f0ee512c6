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
#include "program/stepped_run.hpp"

namespace abut::programs {
namespace {

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

RegionBytes bytes_written(const SteppedRun& run, std::size_t step) {
    RegionBytes bytes;
    for (const auto& region : run.regions_written(step)) bytes.push_back(run.memory().bytes_of(region));
    return bytes;
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
                   const core::Tolerance& tolerance, StepDifference& difference) {
    const auto count = found.size() / static_cast<std::size_t>(size_bytes(view.dtype));
    std::size_t most = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const StepDifference one{.found = element_of(found, i, view.dtype), .expected = element_of(expected, i, view.dtype)};
        if (core::is_close(one.found, one.expected, tolerance)) continue;
        ++difference.wrong;
        if (difference.wrong > 1 && one.difference() <= difference.difference()) continue;
        most = i;
        difference.found = one.found;
        difference.expected = one.expected;
    }
    if (difference.wrong > 0) difference.element = index_of(view.layout, most);
}

std::optional<StepDifference> step_difference(const SteppedRun& run, std::size_t index, const RegionBytes& found,
                                              const RegionBytes& expected,
                                              const std::optional<WatchedMemory::Place>& outside,
                                              const core::Tolerance& tolerance) {
    StepDifference difference{
        .step = static_cast<int>(index), .kernel = run.kernel(index), .value = run.value_written(index, 0)};
    for (std::size_t write = 0; write < found.size() && difference.wrong == 0; ++write) {
        compare_write(found[write], expected[write], run.step(index).writes[write], tolerance, difference);
        if (difference.wrong > 0) difference.value = run.value_written(index, write);
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

ComparedRuns compare_runs(const BoundSession& checked, const BoundSession& expected, const core::Tolerance& tolerance,
                          const std::function<void(int step, const std::string& kernel)>& before) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    SteppedRun run(checked.session.state(), checked.inputs, checked.outputs);
    SteppedRun other(expected.session.state(), expected.inputs, expected.outputs);
    run.memory().poison(nan);
    other.memory().poison(nan);
    const auto steps = run.program().plan.steps.size();
    core::require(steps == other.program().plan.steps.size(),
                  "compare: expected programs of one plan, found {} and {} steps", steps, other.program().plan.steps.size());
    ComparedRuns report{.steps = static_cast<int>(steps)};
    std::set<std::string> kernels;
    for (std::size_t step = 0; step < steps; ++step) {
        if (!run.has_tiles(step)) continue;
        kernels.insert(run.kernel(step));
        if (before) before(static_cast<int>(step), run.kernel(step));
        const auto outside = run.run(step);
        const auto found = bytes_written(run, step);
        if (before) before(static_cast<int>(step), other.kernel(step));
        static_cast<void>(other.run(step));
        const auto wanted = bytes_written(other, step);
        if (auto difference = step_difference(run, step, found, wanted, outside, tolerance))
            report.differences.push_back(*std::move(difference));
        if (outside || found != wanted) run.memory().restore(run.regions_written(step), wanted);
    }
    report.kernels = static_cast<int>(kernels.size());
    return report;
}

}  // namespace abut::programs
