// SPDX-License-Identifier: Apache-2.0
#include "program/fit_cost_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "abut/device_profile.hpp"
#include "plan/prices.hpp"
#include "program/cost_probes.hpp"

namespace abut::tests {
namespace {

using namespace programs;

CostModel known() {
    CostModel model;
    model.launch_ns = 5000;
    model.cached_bytes = 1 << 20;
    model.copy = {.cached_ns = 0.05, .memory_ns = 0.25};
    model.second_store = {.cached_ns = 0.02, .memory_ns = 0.125};
    model.segment_ns = 700;
    model.segment_row_ns = 0.5;
    model.factor_below_64_bytes = 1.25;
    model.factor_below_16_bytes = 1.5;
    return model;
}

double transfer(const CostModel& model, const TransferCost& cost, std::int64_t bytes) {
    const std::int64_t cached = std::min(bytes, model.cached_bytes);
    return static_cast<double>(cached) * cost.cached_ns + static_cast<double>(bytes - cached) * cost.memory_ns;
}

/// What a device would show whose costs are `model`.
CostMeasurements shown_by(const CostModel& model) {
    CostMeasurements measured{.launch_ns = model.launch_ns};
    for (std::int64_t bytes = 1 << 16; bytes <= 1 << 26; bytes *= 2)
        measured.copies.push_back({bytes, model.launch_ns + transfer(model, model.copy, bytes)});
    for (const std::int64_t bytes : {1 << 18, 1 << 25})
        measured.stores.push_back({bytes, transfer(model, model.second_store, bytes)});
    for (const std::int64_t rows : {196, 3136}) {
        for (const int segments : {1, 2, 4}) {
            const double each = model.segment_ns + model.segment_row_ns * static_cast<double>(rows);
            measured.segments.push_back({segments, rows, 90'000 + each * (segments - 1)});
        }
    }
    measured.aligned_ns = model.launch_ns + 40'000;
    measured.below_64_bytes_ns = model.launch_ns + 40'000 * model.factor_below_64_bytes;
    measured.below_16_bytes_ns = model.launch_ns + 40'000 * model.factor_below_16_bytes;
    return measured;
}

TEST(FitCostModel, FindsTheModelThatWasShown) {
    const CostModel expected = known();
    const CostModel found = fit_cost_model(shown_by(expected));
    EXPECT_EQ(found.launch_ns, expected.launch_ns);
    EXPECT_EQ(found.cached_bytes, expected.cached_bytes);
    EXPECT_NEAR(found.copy.cached_ns, expected.copy.cached_ns, 1e-6);
    EXPECT_NEAR(found.copy.memory_ns, expected.copy.memory_ns, 1e-6);
    EXPECT_NEAR(found.second_store.cached_ns, expected.second_store.cached_ns, 1e-6);
    EXPECT_NEAR(found.second_store.memory_ns, expected.second_store.memory_ns, 1e-6);
    EXPECT_NEAR(found.segment_ns, expected.segment_ns, 1e-6);
    EXPECT_NEAR(found.segment_row_ns, expected.segment_row_ns, 1e-6);
    EXPECT_NEAR(found.factor_below_64_bytes, expected.factor_below_64_bytes, 1e-9);
    EXPECT_NEAR(found.factor_below_16_bytes, expected.factor_below_16_bytes, 1e-9);
}

/// Each number is disturbed in turn, to nothing and to a hundred times as much.
TEST(FitCostModel, NoiseLeavesItSound) {
    const auto numbers = [](CostMeasurements& measured) {
        std::vector<double*> all{&measured.launch_ns, &measured.aligned_ns, &measured.below_64_bytes_ns,
                                 &measured.below_16_bytes_ns};
        for (auto& time : measured.copies) all.push_back(&time.ns);
        for (auto& time : measured.stores) all.push_back(&time.ns);
        for (auto& time : measured.segments) all.push_back(&time.ns);
        return all;
    };
    CostMeasurements sound = shown_by(known());
    const std::size_t count = numbers(sound).size();
    for (std::size_t i = 0; i < count; ++i) {
        for (const double factor : {0.01, 100.0}) {
            CostMeasurements disturbed = sound;
            *numbers(disturbed)[i] *= factor;
            const CostModel found = fit_cost_model(disturbed);
            EXPECT_NO_THROW(planning::require_sound(found)) << i;
            EXPECT_GE(found.copy.memory_ns, found.copy.cached_ns) << i;
            EXPECT_LE(found.second_store.cached_ns, found.copy.cached_ns) << i;
            EXPECT_LE(found.second_store.memory_ns, found.copy.memory_ns) << i;
        }
    }
}

/// The order in which probes stand is the order in which their times are read.
TEST(CostProbes, EveryStepHasItsMeaning) {
    for (const bool is_cpu : {true, false}) {
        DeviceProfile profile;
        profile.is_cpu = is_cpu;
        profile.memory_bytes = std::int64_t{1} << 40;
        const CostProbes probes = cost_probes(profile);
        std::vector<double> ns;
        for (std::size_t i = 0; i < probes.steps.size(); ++i) ns.push_back(static_cast<double>(i));
        const CostMeasurements measured = measurements_of(probes, ns);
        EXPECT_EQ(measured.launch_ns, 0);
        EXPECT_EQ(measured.copies.back().bytes, is_cpu ? 64 << 20 : 256 << 20);
        EXPECT_EQ(measured.copies.back().ns, static_cast<double>(measured.copies.size()));
        for (const auto& store : measured.stores) EXPECT_EQ(store.ns, 1);
        EXPECT_EQ(probes.steps[measured.copies.size() + 2].stores, 1);
        EXPECT_EQ(measured.segments.size(), 6);
        EXPECT_EQ(measured.below_16_bytes_ns, static_cast<double>(probes.steps.size() - 1));
    }
    DeviceProfile small;
    small.memory_bytes = 64 << 20;
    EXPECT_EQ(cost_probes(small).copied_bytes.back(), 8 << 20);
}

}  // namespace
}  // namespace abut::tests
