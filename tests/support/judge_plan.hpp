// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "abut/plan.hpp"

namespace abut::tests {

/// How `plan`, run by the interpreter in its own order and in others that its dependencies allow, differs from the
/// reference evaluator; empty where it computes the graph, bit for bit.
std::string judge_plan(const Graph& graph, const Plan& plan, std::uint32_t seed);

/// What is wrong with the plans of `graph` by random_costs(seed), with slices and with copies: the planner fails, or a plan
/// computes something else, or slices copy more bytes than copies do. Empty where nothing is.
std::string judge_graph(const Graph& graph, std::uint32_t seed);

/// What is wrong with the plan that programs run, by random_costs(seed): it moves more bytes (or takes longer, where times
/// are known) than the one that keeps the order of operands, or computes something else. Empty where nothing is.
std::string judge_order(const Graph& graph, std::uint32_t seed);

/// The smallest graph that `judge` finds something wrong with, as C++, with what it finds.
std::string shrunken_report(const Graph& graph, std::uint32_t seed, std::string (*judge)(const Graph&, std::uint32_t));

}  // namespace abut::tests
