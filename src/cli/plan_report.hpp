// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "abut/plan.hpp"
#include "cli/print.hpp"

namespace abut::cli {

/// A model's plan with slices and what the same graph needs with copies.
struct PlanReport {
    std::string model;
    Graph graph;  ///< after passes; the plans speak of it
    Plan slices;
    Plan copies;
    int variants = 0;        ///< different kernels of the plan with slices
    double passes_ms = 0;    ///< what the passes took
    CostModel cost_model{};  ///< of the plan with slices
    double plan_ms = 0;      ///< what the plan with slices took, its check included
};

/// Whether operands of concats may change places. A backend that has the model's weights needs them as given.
enum class OperandOrder : std::uint8_t { Free, AsGiven };

/// Both plans of `graph` after all passes, the one with slices as `options` want it. No device is opened.
PlanReport plan_report(const std::string& model, const Graph& graph, const abut::PlanOptions& options = {},
                       OperandOrder order = OperandOrder::Free);

Json plan_json(const PlanReport& report);

/// For people: totals and what the copies would cost, the concats, and how their operands are realised and why; what is
/// alike is one line.
std::string plan_text(const PlanReport& report);

}  // namespace abut::cli
