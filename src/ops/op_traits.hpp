// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/op_traits.hpp"

namespace abut::ops {

/// The answers of the kernels in this folder. One object for the process; stateless and thread-safe.
const planning::OpTraits& op_traits();

/// The equations between views that `node` states; see planning::OpTraits::relations.
std::vector<planning::ViewRelation> view_relations(const Graph& graph, const Node& node);

/// How many views `node` can reduce over one after another; see planning::OpTraits::most_segments.
int most_segments(const Graph& graph, const Node& node, int axis);

/// In how many views `node` can store its result; see planning::OpTraits::most_stores.
int most_stores(const Node& node);

/// Whether `node` may store its result over an input; see planning::OpTraits::may_write_over.
bool may_write_over(const Graph& graph, const Node& node, int input);

/// The layouts that suit the kernels that produce and consume each value; see planning::OpTraits::preferred_layouts.
std::vector<planning::PreferredLayout> preferred_layouts(const Graph& graph);

}  // namespace abut::ops
