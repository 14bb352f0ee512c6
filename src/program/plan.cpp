// SPDX-License-Identifier: Apache-2.0
#include "abut/plan.hpp"

#include <bit>
#include <cstdint>

#include "core/alignments.hpp"
#include "core/fail.hpp"
#include "ops/op_traits.hpp"
#include "plan/make_plan.hpp"

namespace abut::inline v0 {

Plan plan(const Graph& graph, const PlanOptions& options) {
    const auto bytes = options.root_alignment_bytes;
    core::require(
        bytes > 0 && bytes <= core::largest_alignment_bytes && std::has_single_bit(static_cast<std::uint64_t>(bytes)),
        "plan: expected root_alignment_bytes that are a power of two, {} at most, found {}", core::largest_alignment_bytes,
        bytes);
    core::require(options.memory_limit_bytes.value_or(0) >= 0, "plan: expected a memory limit of at least 0 bytes, found {}",
                  options.memory_limit_bytes.value_or(0));
    return planning::make_plan(graph, ops::op_traits(), options);
}

}  // namespace abut::inline v0
