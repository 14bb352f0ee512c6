// SPDX-License-Identifier: Apache-2.0
#include "cli/rung_costs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <string>

#include "abut/error.hpp"
#include "cli/print.hpp"
#include "plan/byte_counts.hpp"

namespace abut::cli {

namespace {

std::int64_t moved_bytes(const PlanStatistics& statistics) {
    return statistics.copied_bytes + statistics.conversion_bytes;
}

/// A plan of what may be asked for and not be had.
std::optional<Plan> plan_if_possible(const Graph& graph, const abut::PlanOptions& options) {
    try {
        return plan(graph, options);
    } catch (const Error& error) {
        if (error.code() == ErrorCode::Unsupported || error.code() == ErrorCode::OutOfMemory) return std::nullopt;
        throw;
    }
}

class RungCosts {
public:
    RungCosts(const Graph& graph, const abut::PlanOptions& options, Plan& plan)
        : graph_(graph),
          options_(options),
          plan_(plan),
          plans_left_(most_work / (std::ssize(graph.values()) + operands_of(plan) + 1)) {}

    void add() {
        std::set<std::string> names;
        for (Decision& decision : plan_.decisions) {
            const std::string& name = graph_.node(decision.concat).name;
            if (!names.insert(name).second) continue;  // rungs are asked for by name
            for (std::size_t i = 0; i < decision.operands.size(); ++i) {
                OperandDecision& operand = decision.operands[i];
                if (operand.how == Rung::Copy) operand.reason += others(name, static_cast<int>(i), operand.value);
            }
        }
    }

private:
    /// Values and operands planned times plans made.
    static constexpr std::int64_t most_work = 20'000;

    static std::int64_t operands_of(const Plan& plan) {
        std::int64_t operands = 0;
        for (const Decision& decision : plan.decisions) operands += std::ssize(decision.operands);
        return operands;
    }

    std::string others(const std::string& concat, int operand, ValueId value) {
        std::string text;
        for (const Rung rung : {Rung::Alias, Rung::MultiStore, Rung::SegmentedRead}) {
            if (plans_left_-- <= 0) return text;
            abut::PlanOptions options = options_;
            options.forced_rungs.push_back({concat, operand, rung});
            if (const auto other = plan_if_possible(graph_, options))
                text += fmt::format("; as {}: {}", to_string(rung), difference(other->statistics, value));
        }
        return text;
    }

    [[nodiscard]] std::string difference(const PlanStatistics& other, ValueId value) const {
        const PlanStatistics& statistics = plan_.statistics;
        const std::int64_t elsewhere = moved_bytes(other) - moved_bytes(statistics) + planning::value_bytes(graph_, value);
        auto text = fmt::format("{} bytes moved elsewhere", grouped(std::max<std::int64_t>(elsewhere, 0)));
        if (const auto more = other.arena_bytes - statistics.arena_bytes; more > 0)
            text += fmt::format(", {} bytes of memory more", grouped(more));
        constexpr double microsecond = 1e3;
        if (const double more_ns = other.estimated_ns - statistics.estimated_ns; more_ns > 0)
            text += fmt::format(", {:.3g} us longer", more_ns / microsecond);
        return text;
    }

    const Graph& graph_;
    const abut::PlanOptions& options_;
    Plan& plan_;
    std::int64_t plans_left_;
};

}  // namespace

void add_rung_costs(const Graph& graph, const abut::PlanOptions& options, Plan& plan) {
    if (options.forced_rungs.empty()) RungCosts(graph, options, plan).add();
}

}  // namespace abut::cli
