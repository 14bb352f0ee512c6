// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/plan.hpp"

namespace abut::planning {

struct RelationTable;

/// What each rung takes for one relation, in multiples of 1/1024 ns, so that sums are the same in any order. With the model
/// that counts bytes alone, a copy has its bytes as its price and all else is free.
struct Prices {
    double alias_ns = 0;  ///< of accesses that are less aligned than in a place of its own
    double store_ns = 0;
    double segment_ns = 0;
    double copy_ns = 0;

    [[nodiscard]] double of(Rung how) const;
};

/// Throws InvalidArgument for a model with numbers that make no sense.
void require_sound(const CostModel& model);

/// Whether copies are all that has a price: no time is known.
bool counts_bytes_alone(const CostModel& model);

/// A step of its own that copies so many bytes; nothing where there are none.
double copy_ns(const CostModel& model, std::int64_t bytes, double factor = 1);

/// Sets the prices of all relations of the table by its model.
void set_prices(const Graph& graph, RelationTable& table);

}  // namespace abut::planning
