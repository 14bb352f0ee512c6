// SPDX-License-Identifier: Apache-2.0
#include "ops/transpose_phases.hpp"

#include <algorithm>
#include <numeric>

#include "core/fail.hpp"

namespace abut::ops {

std::vector<TransposePhase> transpose_phases(const WindowAxis& axis) {
    constexpr std::int64_t most_phases = std::int64_t{1} << 16;
    const std::int64_t count = std::min(axis.stride, axis.out);
    if (count > most_phases)
        core::fail(ErrorCode::Unsupported, "a stride of {} is unsupported; {} is the most", axis.stride, most_phases);
    std::vector<TransposePhase> phases;
    for (std::int64_t out = 0; out < count; ++out) {
        TransposePhase phase{.first_out = out, .first_in = 0, .taps = {}};
        // Output `out` gets tap k of input (out + pad - k * dilation) / stride where that is a whole number.
        for (std::int64_t tap = axis.kernel - 1; tap >= 0; --tap) {
            const std::int64_t distance = out + axis.pad - tap * axis.dilation;
            if (distance % axis.stride != 0) continue;
            if (phase.taps.empty()) phase.first_in = distance / axis.stride;
            phase.taps.push_back(tap);
        }
        phases.push_back(std::move(phase));
    }
    return phases;
}

WindowAxis phase_axis(const WindowAxis& axis, const std::vector<TransposePhase>& phases) {
    std::int64_t most_taps = 1;
    for (const TransposePhase& phase : phases) most_taps = std::max(most_taps, static_cast<std::int64_t>(phase.taps.size()));
    return {.in = axis.in,
            .out = divided_up(axis.out, axis.stride),
            .kernel = most_taps,
            .stride = 1,
            .dilation = axis.dilation / std::gcd(axis.dilation, axis.stride),
            .pad = 0};
}

}  // namespace abut::ops
