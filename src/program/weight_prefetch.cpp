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
constexpr std::int64_t most_floats = (1 << 20) / ops::element_bytes;
constexpr std::int64_t line_floats = 16;

/// Weights of a step, where they lie, and in how many parts tiles read them.
struct Weights {
    Address address;
    std::int64_t size_bytes = 0;
    std::int64_t parts = 1;
};

Weights weights_of(const ops::LoweredStep& step, const std::vector<Address>& constants) {
    const auto index = static_cast<std::size_t>(step.prefetch->constant);
    return {
        .address = constants.at(index), .size_bytes = step.constants.at(index).size_bytes, .parts = step.prefetch->parts};
}

void set_prefetch(ops::LoweredStep& step, const Weights& own, const Weights& next, std::int64_t workers) {
    const auto& prefetch = *step.prefetch;
    const auto tiles = ops::divided_up(std::max<std::int64_t>(step.tiles, 1), workers);
    if (own.address.memory != next.address.memory || prefetch.prefetches == 0) return;
    const auto set = [&](int argument, std::int64_t value) {
        step.arguments.at(static_cast<std::size_t>(argument)).value = value;
    };
    // Workers take ranges of tiles in their order, so each reads parts of its own where there are enough.
    const bool is_shared = next.parts < workers;
    const auto share = is_shared ? 0 : next.size_bytes / ops::element_bytes / next.parts * (next.parts / workers);
    const auto all_floats = is_shared ? next.size_bytes / ops::element_bytes : share;
    const auto next_floats = std::min(all_floats, most_floats);
    set(prefetch.distance, (next.address.offset_bytes - own.address.offset_bytes) / ops::element_bytes);
    set(prefetch.step, std::min(line_floats, ops::divided_up(next_floats, prefetch.prefetches * tiles)));
    set(prefetch.tiles, tiles);
    set(prefetch.share, share);
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
