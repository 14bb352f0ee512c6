// SPDX-License-Identifier: Apache-2.0
#include "program/cost_probes.hpp"

#include <algorithm>

#include "core/alignments.hpp"
#include "program/launch.hpp"

namespace abut::programs {
namespace {

constexpr std::int64_t float_bytes = sizeof(float);

ops::Operand view(Layout layout, std::int64_t alignment_bytes = core::widest_access_bytes) {
    return {.spec = ViewSpec(DType::Float32, std::move(layout), {alignment_bytes, 0}), .constant = {}};
}

ops::Operand row(std::int64_t bytes) {
    return view(Layout::dense({bytes / float_bytes}));
}

ops::Operand image(std::int64_t channels, std::int64_t side) {
    return view(Layout::channels_last({1, channels, side, side}));
}

/// Channels of an image that has `pitch` of them, at a place that is aligned to no more than this.
ops::Operand slice(std::int64_t channels, std::int64_t side, std::int64_t pitch, std::int64_t alignment_bytes) {
    Layout layout = Layout::channels_last({1, pitch, side, side});
    layout.shape[1] = channels;
    return view(std::move(layout), alignment_bytes);
}

ops::StepSpec copy_step(std::int64_t bytes) {
    return {.operation = Copy{}, .reads = {row(bytes)}, .writes = {row(bytes)}};
}

Elementwise relu() {
    return {.expression = {Relu{}}};
}

ops::StepSpec store_step(std::int64_t bytes, int stores) {
    ops::StepSpec step{.operation = relu(), .reads = {row(bytes)}, .writes = {row(bytes)}, .stores = stores};
    for (int i = 0; i < stores; ++i) step.writes.push_back(row(bytes));
    return step;
}

/// A convolution of 1x1 over channels that lie in so many views.
ops::StepSpec segment_step(int segments, std::int64_t side) {
    constexpr std::int64_t channels = 64;
    constexpr std::int64_t out_channels = 16;
    ops::StepSpec step{.operation = Conv2d{}, .reads = {image(channels / segments, side)}, .writes = {}};
    step.reads.push_back({.spec = ViewSpec(DType::Float32, Shape{out_channels, channels, 1, 1}), .constant = ValueId{0}});
    for (int i = 1; i < segments; ++i) step.reads.push_back(image(channels / segments, side));
    step.segments = segments - 1;
    step.writes.push_back(image(out_channels, side));
    return step;
}

ops::StepSpec aligned_step(std::int64_t pitch, std::int64_t alignment_bytes) {
    constexpr std::int64_t channels = 64;
    constexpr std::int64_t side = 64;
    return {.operation = relu(),
            .reads = {slice(channels, side, pitch, alignment_bytes)},
            .writes = {slice(channels, side, pitch, alignment_bytes)}};
}

std::int64_t largest_bytes(const DeviceProfile& device) {
    constexpr std::int64_t of_cpu = std::int64_t{64} << 20;
    constexpr std::int64_t of_gpu = std::int64_t{256} << 20;
    constexpr std::int64_t least = std::int64_t{1} << 20;
    std::int64_t bytes = device.is_cpu ? of_cpu : of_gpu;
    const auto limit = [&](std::int64_t available) {
        while (available > 0 && bytes > least && bytes > available / 8) bytes /= 2;
    };
    limit(device.memory_bytes);
    limit(device.max_allocation_bytes);
    return bytes;
}

}  // namespace

CostProbes cost_probes(const DeviceProfile& device) {
    constexpr std::int64_t next_to_nothing = 256;
    constexpr std::int64_t smallest = 64 << 10;
    const std::int64_t largest = largest_bytes(device);
    CostProbes probes;
    probes.copied_bytes = {next_to_nothing};
    for (std::int64_t bytes = smallest; bytes <= largest; bytes *= 2) probes.copied_bytes.push_back(bytes);
    for (const auto bytes : probes.copied_bytes) probes.steps.push_back(copy_step(bytes));
    probes.stored_bytes = {8 * smallest, largest / 2};
    for (const auto bytes : probes.stored_bytes) {
        for (const int stores : {0, 1}) probes.steps.push_back(store_step(bytes, stores));
    }
    for (const std::int64_t side : {14, 56}) {
        for (const int segments : {1, 2, 4}) {
            probes.segments.push_back({segments, side * side});
            probes.steps.push_back(segment_step(segments, side));
        }
    }
    probes.steps.push_back(aligned_step(128, core::widest_access_bytes));
    probes.steps.push_back(aligned_step(132, 16));
    probes.steps.push_back(aligned_step(129, float_bytes));
    return probes;
}

CostMeasurements measurements_of(const CostProbes& probes, const std::vector<double>& ns) {
    CostMeasurements measured;
    auto next = ns.begin();
    measured.launch_ns = *next++;
    for (std::size_t i = 1; i < probes.copied_bytes.size(); ++i)
        measured.copies.push_back({probes.copied_bytes[i], *next++});
    for (const auto bytes : probes.stored_bytes) {
        const double once = *next++;
        measured.stores.push_back({bytes, *next++ - once});
    }
    for (const auto& [segments, rows] : probes.segments) measured.segments.push_back({segments, rows, *next++});
    measured.aligned_ns = *next++;
    measured.below_64_bytes_ns = *next++;
    measured.below_16_bytes_ns = *next++;
    return measured;
}

}  // namespace abut::programs
