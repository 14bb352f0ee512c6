// SPDX-License-Identifier: Apache-2.0
#include "program/measure_benefits.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <utility>

#include "jit/kernel_cache.hpp"
#include "jit/variant_document.hpp"
#include "program/device_class.hpp"
#include "program/step_times.hpp"

namespace abut::programs {
namespace {

using BenefitClock = std::chrono::steady_clock;

/// The item of a sorted list below which this part of it lies.
double quantile(const std::vector<double>& sorted, double part) {
    const auto place = static_cast<double>(sorted.size() - 1) * part;
    const auto below = static_cast<std::size_t>(std::floor(place));
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - std::floor(place));
}

template <class Ratio>
std::vector<double> sorted_ratios(std::span<const BenefitTurn> turns, const Ratio& ratio) {
    std::vector<double> ratios;
    for (const auto& turn : turns) ratios.push_back(ratio(turn));
    std::ranges::sort(ratios);
    return ratios;
}

/// Two standard errors of the median, as they follow from the quartiles of normal errors.
double median_error(const std::vector<double>& sorted) {
    constexpr double deviations_between_quartiles = 1.349;
    constexpr double median_by_mean = 1.2533;  // standard error of a median by that of a mean
    const double deviation = (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / deviations_between_quartiles;
    return 2 * median_by_mean * deviation / std::sqrt(static_cast<double>(sorted.size()));
}

std::vector<BenefitTurn> turns_of(const VariantPair& pair, const Device& device) {
    constexpr std::size_t fewest_turns = 15;
    constexpr std::size_t most_turns = 101;
    constexpr std::chrono::milliseconds time_to_take{100};
    const std::array kernels{TimedKernel{.step = pair.step, .lowered = pair.variant},
                             TimedKernel{.step = pair.step, .lowered = pair.generic}};
    KernelTimer timer(kernels, device);
    std::vector<BenefitTurn> turns;
    const auto end = BenefitClock::now() + time_to_take;
    while (turns.size() < fewest_turns || (turns.size() < most_turns && BenefitClock::now() < end)) {
        const double variant_ns = timer.time_ns(0);
        const double generic_ns = timer.time_ns(1);
        turns.push_back({.variant_ns = variant_ns, .generic_ns = generic_ns, .again_ns = timer.time_ns(0)});
    }
    return turns;
}

void build_all(std::span<const VariantPair> pairs, const Device& device, const CompileOptions& options) {
    std::vector<ops::KernelSpec> specs;
    for (const auto& pair : pairs) {
        specs.push_back(pair.variant.spec);
        specs.push_back(pair.generic.spec);
    }
    jit::BuildOptions build{.stop = options.stop, .label = options.label};
    if (options.progress) {
        build.progress = [&options](const jit::BuildProgress& now) {
            options.progress({.done = now.done, .total = now.total, .compiling = now.compiling});
        };
    }
    static_cast<void>(jit::kernel_cache(device).get(specs, build));
}

}  // namespace

jit::MeasuredBenefit benefit_of(std::span<const BenefitTurn> turns) {
    const auto gains = sorted_ratios(
        turns, [](const BenefitTurn& turn) { return 2 * turn.generic_ns / (turn.variant_ns + turn.again_ns); });
    const auto itself = sorted_ratios(turns, [](const BenefitTurn& turn) { return turn.again_ns / turn.variant_ns; });
    constexpr double half = 0.5;
    return {.document = {},
            .device_class = {},
            .benefit = quantile(gains, half),
            .noise = std::abs(quantile(itself, half) - 1) + median_error(itself),
            .samples = std::ssize(turns)};
}

std::vector<jit::MeasuredBenefit> measure_benefits(std::span<const VariantPair> pairs, const Device& device,
                                                   const CompileOptions& options) {
    if (pairs.empty()) return {};
    build_all(pairs, device, options);
    std::vector<jit::MeasuredBenefit> measured;
    for (const auto& pair : pairs) {
        auto benefit = benefit_of(turns_of(pair, device));
        benefit.document = jit::variant_document(pair.variant.spec);
        benefit.device_class = device_class_of(device);
        benefit.measured = jit::CacheSystem().now();
        measured.push_back(std::move(benefit));
    }
    return measured;
}

}  // namespace abut::programs
