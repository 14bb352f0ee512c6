// SPDX-License-Identifier: Apache-2.0
#include "program/weight_prefetch.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "ops/packing.hpp"

namespace abut::programs {
namespace {

/// Of the nearest two caches, which also hold the weights of the step itself.
constexpr std::int64_t most_bytes = 1 << 20;
/// Cores come to tiles at different times, and one may compute fewer than its share.
constexpr std::int64_t margin = 2;

constexpr std::int64_t line_floats = 16;

/// Weights of a step, and where they lie.
struct Weights {
    Address address;
    std::int64_t size_bytes = 0;
};

Weights weights_of(const ops::LoweredStep& step, const std::vector<Address>& constants) {
    const auto index = static_cast<std::size_t>(step.prefetch->constant);
    return {.address = constants.at(index), .size_bytes = step.constants.at(index).size_bytes};
}

void set_prefetch(ops::LoweredStep& step, const Weights& own, const Weights& next, std::int64_t workers) {
    const auto& prefetch = *step.prefetch;
    const auto tiles = ops::divided_up(std::max<std::int64_t>(step.tiles, 1), workers);
    if (own.address.memory != next.address.memory || prefetch.tile_count == 0) return;
    const auto set = [&](int argument, std::int64_t value) {
        step.arguments.at(static_cast<std::size_t>(argument)).value = value;
    };
    const auto next_floats = margin * std::min(next.size_bytes, most_bytes) / ops::element_bytes;
    set(prefetch.distance, (next.address.offset_bytes - own.address.offset_bytes) / ops::element_bytes);
    set(prefetch.step, std::min(line_floats, ops::divided_up(next_floats, prefetch.tile_count * tiles)));
    set(prefetch.tiles, tiles);
}

}  // namespace

void prefetch_weights(std::vector<LoweredVariants>& steps, const PackedSteps& packed, const DeviceProfile& device) {
    const std::int64_t workers = std::max(device.compute_units, 1);
    std::optional<Weights> next;
    for (std::size_t i = steps.size(); i-- > 0;) {
        auto& step = steps[i];
        if (!step.promised.prefetch) continue;
        const auto own = weights_of(step.promised, packed.promised.at(i));
        if (next) {
            set_prefetch(step.promised, own, *next, workers);
            if (step.unaligned && step.unaligned->prefetch)
                set_prefetch(*step.unaligned, weights_of(*step.unaligned, packed.unaligned.at(i)), *next, workers);
        }
        next = own;
    }
}

}  // namespace abut::programs
