// SPDX-License-Identifier: Apache-2.0
#include "abut/plan.hpp"

#include "ops/op_traits.hpp"
#include "plan/make_plan.hpp"

namespace abut::inline v0 {

Plan plan(const Graph& graph, const PlanOptions& options) {
    return planning::make_plan(graph, ops::op_traits(), options);
}

}  // namespace abut::inline v0
