// SPDX-License-Identifier: Apache-2.0
#include "program/fit_cost_model.hpp"

#include <algorithm>
#include <limits>

namespace abut::programs {
namespace {

/// sum(weight * x * y) / sum(weight * x * x): the slope through the origin that comes nearest.
class Slope {
public:
    void add(double x, double y, double weight = 1) {
        xy_ += weight * x * y;
        xx_ += weight * x * x;
    }
    [[nodiscard]] double value() const { return xx_ > 0 ? std::max(xy_ / xx_, 0.0) : 0; }

private:
    double xy_ = 0;
    double xx_ = 0;
};

double cached_part(std::int64_t bytes, std::int64_t cached_bytes) {
    return static_cast<double>(std::min(bytes, cached_bytes));
}

double beyond(std::int64_t bytes, std::int64_t cached_bytes) {
    return static_cast<double>(std::max<std::int64_t>(bytes - cached_bytes, 0));
}

/// Both rates for a cache of so many bytes; errors count by their share of what was measured.
TransferCost rates_for(const std::vector<TransferTime>& times, double fixed_ns, std::int64_t cached_bytes) {
    Slope cached;
    for (const auto& [bytes, ns] : times) {
        if (bytes <= cached_bytes) cached.add(static_cast<double>(bytes), ns - fixed_ns, 1 / (ns * ns));
    }
    Slope memory;
    for (const auto& [bytes, ns] : times) {
        const double rest_ns = ns - fixed_ns - cached.value() * cached_part(bytes, cached_bytes);
        if (bytes > cached_bytes) memory.add(beyond(bytes, cached_bytes), rest_ns, 1 / (ns * ns));
    }
    return {.cached_ns = cached.value(), .memory_ns = std::max(cached.value(), memory.value())};
}

double error_of(const std::vector<TransferTime>& times, double fixed_ns, const TransferCost& rates,
                std::int64_t cached_bytes) {
    double error = 0;
    for (const auto& [bytes, ns] : times) {
        const double expected =
            fixed_ns + rates.cached_ns * cached_part(bytes, cached_bytes) + rates.memory_ns * beyond(bytes, cached_bytes);
        error += (expected - ns) * (expected - ns) / (ns * ns);
    }
    return error;
}

void fit_copies(const CostMeasurements& measured, CostModel& model) {
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i + 1 < measured.copies.size(); ++i) {
        const std::int64_t cached_bytes = measured.copies[i].bytes;
        const TransferCost rates = rates_for(measured.copies, model.launch_ns, cached_bytes);
        const double error = error_of(measured.copies, model.launch_ns, rates, cached_bytes);
        if (error >= least) continue;
        least = error;
        model.copy = rates;
        model.cached_bytes = cached_bytes;
    }
}

void fit_stores(const CostMeasurements& measured, CostModel& model) {
    auto& rates = model.second_store;
    Slope cached;
    for (const auto& [bytes, ns] : measured.stores) {
        if (bytes <= model.cached_bytes) cached.add(static_cast<double>(bytes), ns);
    }
    rates.cached_ns = std::min(cached.value(), model.copy.cached_ns);
    Slope memory;
    for (const auto& [bytes, ns] : measured.stores) {
        const double rest_ns = ns - rates.cached_ns * cached_part(bytes, model.cached_bytes);
        if (bytes > model.cached_bytes) memory.add(beyond(bytes, model.cached_bytes), rest_ns);
    }
    rates.memory_ns = std::clamp(memory.value(), rates.cached_ns, model.copy.memory_ns);
}

/// What a further segment adds for each count of rows, and from that the part that rows have no effect on.
void fit_segments(const CostMeasurements& measured, CostModel& model) {
    std::vector<std::pair<double, double>> added;  // rows, nanoseconds
    double one_ns = 0;
    for (std::size_t i = 0; i < measured.segments.size();) {
        const std::int64_t rows = measured.segments[i].rows;
        Slope slope;
        for (; i < measured.segments.size() && measured.segments[i].rows == rows; ++i) {
            const auto& [segments, unused, ns] = measured.segments[i];
            if (segments == 1) one_ns = ns;
            slope.add(segments - 1, ns - one_ns);
        }
        added.emplace_back(static_cast<double>(rows), slope.value());
    }
    if (added.empty()) return;
    const auto& [few_rows, few_ns] = added.front();
    const auto& [rows, ns] = added.back();
    if (rows > few_rows) model.segment_row_ns = std::max((ns - few_ns) / (rows - few_rows), 0.0);
    model.segment_ns = std::max(few_ns - model.segment_row_ns * few_rows, 0.0);
}

void fit_alignment(const CostMeasurements& measured, CostModel& model) {
    const double work_ns = measured.aligned_ns - model.launch_ns;
    if (work_ns <= 0) return;
    model.factor_below_64_bytes = std::max((measured.below_64_bytes_ns - model.launch_ns) / work_ns, 1.0);
    model.factor_below_16_bytes =
        std::max((measured.below_16_bytes_ns - model.launch_ns) / work_ns, model.factor_below_64_bytes);
}

}  // namespace

CostModel fit_cost_model(const CostMeasurements& measured) {
    CostModel model;
    model.launch_ns = measured.launch_ns;
    fit_copies(measured, model);
    fit_stores(measured, model);
    fit_segments(measured, model);
    fit_alignment(measured, model);
    return model;
}

}  // namespace abut::programs
