// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <compare>
#include <utility>
#include <vector>

#include "plan/placement.hpp"
#include "plan/segments.hpp"

namespace abut::planning {
namespace {

/// What a placement costs: bytes that steps of their own move, bytes that are stored once more, then views that readers have
/// to go through.
struct Cost {
    std::int64_t moved_bytes = 0;
    std::int64_t stored_bytes = 0;
    std::int64_t segments = 0;
    auto operator<=>(const Cost&) const = default;
};

std::int64_t bytes_of(const Graph& graph, ValueId value) {
    return element_count(graph.value(value).shape) * size_bytes(graph.value(value).dtype);
}

ValueId moved_value(const Relation& relation) {
    const auto* box = std::get_if<BoxRelation>(&relation.view);
    return box != nullptr ? box->part : data_flow(relation).to;
}

Cost cost_of(const Graph& graph, const PlacementResult& placement) {
    Cost cost;
    for (const auto& relation : placement.table.relations) {
        if (relation.how == Rung::Copy) cost.moved_bytes += bytes_of(graph, moved_value(relation));
        if (relation.how == Rung::MultiStore) cost.stored_bytes += bytes_of(graph, moved_value(relation));
        if (relation.how == Rung::SegmentedRead) ++cost.segments;
    }
    for (const auto& port : placement.table.ports) {
        if (!port.holds) cost.moved_bytes += bytes_of(graph, port.value);
    }
    return cost;
}

/// Placements with different concats read in segments, from the one that reads none so.
class Search {
public:
    Search(const Graph& graph, const OpTraits& traits, RelationTable start, const Ladder& ladder)
        : graph_(graph),
          traits_(traits),
          ladder_(ladder),
          start_(std::move(start)),
          best_(place_from(graph, traits, start_, ladder)) {
        budget_ = most_work / (static_cast<int>(graph.values().size()) + 1);
    }

    PlacementResult run() {
        while (ladder_.segmented_reads && step()) continue;
        best_.start = std::move(start_);
        return std::move(best_);
    }

private:
    /// Values tried times placements tried.
    static constexpr int most_work = 200'000;

    /// Reads one more concat in segments, the one that saves most. False if none saves anything.
    bool step() {
        const Cost before = cost_of(graph_, best_);
        Cost least = before;
        std::optional<std::pair<RelationTable, PlacementResult>> found;
        for (const auto& [concat, reason] : competing_concats()) {
            if (budget_-- <= 0) break;
            RelationTable table = start_;
            read_in_segments(table, concat, reason);
            PlacementResult placement = place_from(graph_, traits_, table, ladder_);
            const Cost cost = cost_of(graph_, placement);
            if (cost >= least) continue;
            least = cost;
            found.emplace(std::move(table), std::move(placement));
        }
        if (!found) return false;
        std::tie(start_, best_) = std::move(*found);
        return true;
    }

    struct Candidate {
        NodeId concat;
        std::string reason;
    };

    /// Concats whose segments may spare a copy: those with a copied operand, and those that share a root with one.
    [[nodiscard]] std::vector<Candidate> competing_concats() const {
        std::vector<std::string> contested(best_.roots.size());
        for (const auto& relation : best_.table.relations) {
            if ((relation.how != Rung::Copy && relation.how != Rung::MultiStore) || !is_join(relation)) continue;
            for (const auto value : {data_flow(relation).from, data_flow(relation).to}) {
                if (const auto root = root_of(value)) contested[*root] = relation.reason;
            }
        }
        std::vector<Candidate> candidates;
        for (std::size_t n = 0; n < graph_.nodes().size(); ++n) {
            const NodeId node{static_cast<std::int32_t>(n)};
            const auto reason = reason_of(node, contested);
            if (!reason.empty() && can_be_segmented(graph_, start_, traits_, node)) candidates.push_back({node, reason});
        }
        return candidates;
    }

    [[nodiscard]] static bool is_join(const Relation& relation) {
        const auto* box = std::get_if<BoxRelation>(&relation.view);
        return box != nullptr && box->joins;
    }

    [[nodiscard]] std::optional<std::size_t> root_of(ValueId value) const {
        const auto& view = best_.views[static_cast<std::size_t>(value.index)];
        return view ? std::optional(static_cast<std::size_t>(view->root)) : std::nullopt;
    }

    /// Why `node` competes with others: the reason of a copy in a root that it touches; empty if it touches none.
    [[nodiscard]] std::string reason_of(NodeId node, const std::vector<std::string>& contested) const {
        if (start_.is_segmented(node)) return {};
        for (const int index : start_.of_node[static_cast<std::size_t>(node.index)]) {
            const auto& relation = best_.table.relations[static_cast<std::size_t>(index)];
            if (!is_join(relation)) return {};
            for (const auto value : {data_flow(relation).from, data_flow(relation).to}) {
                if (const auto root = root_of(value); root && !contested[*root].empty()) return contested[*root];
            }
        }
        return {};
    }

    const Graph& graph_;
    const OpTraits& traits_;
    Ladder ladder_;
    RelationTable start_;
    PlacementResult best_;
    int budget_ = 0;
};

}  // namespace

PlacementResult place(const Graph& graph, const OpTraits& traits, ConcatMode mode, const Ladder& ladder) {
    RelationTable start = collect_relations(graph, traits, mode);
    if (mode == ConcatMode::Copies)
        return place_from(graph, traits, std::move(start), {.segmented_reads = false, .multi_stores = false});
    return Search(graph, traits, std::move(start), ladder).run();
}

}  // namespace abut::planning
