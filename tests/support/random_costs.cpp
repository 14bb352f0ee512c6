// SPDX-License-Identifier: Apache-2.0
#include "support/random_costs.hpp"

#include <random>

namespace abut::tests {

CostModel random_costs(std::uint32_t seed) {
    if (seed % 4 != 3) return {};
    std::mt19937 random(seed);
    const auto draw = [&](double most) {
        constexpr double largest = 4294967295.0;
        return random() % 3 == 0 ? 0 : most * static_cast<double>(random()) / largest;
    };
    CostModel model;
    model.launch_ns = draw(200);
    model.cached_bytes = static_cast<std::int64_t>(draw(200));
    model.copy = {.cached_ns = draw(2), .memory_ns = draw(4)};
    model.second_store = {.cached_ns = draw(2), .memory_ns = draw(4)};
    model.segment_ns = draw(300);
    model.segment_row_ns = draw(20);
    model.factor_below_64_bytes = 1 + draw(1);
    model.factor_below_16_bytes = model.factor_below_64_bytes + draw(3);
    return model;
}

}  // namespace abut::tests
