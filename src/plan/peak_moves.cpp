// SPDX-License-Identifier: Apache-2.0
#include "plan/peak_moves.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/slot.hpp"
#include "plan/homes.hpp"

namespace abut::planning {
namespace {

using core::slot;

class PeakMoves {
public:
    PeakMoves(const Graph& graph, const OpTraits& traits, const RelationTable& start, const Plan& plan,
              const RelationTable& table, int peak, const PeakMoveVisitor& visit)
        : graph_(graph),
          traits_(traits),
          start_(start),
          plan_(plan),
          table_(table),
          peak_(peak),
          visit_(visit) {}

    void run(bool may_copy) {
        for (const auto& [root, concats] : concats_of_roots()) {
            if (concats.size() > 1) segment_all(concats);
            if (is_done_) return;
        }
        for (const NodeId concat : concats()) {
            if (start_.is_segmented(concat)) {
                if (auto home = with_home(start_, concat)) offer(std::move(*home));
            } else if (auto segments = with_segments(graph_, traits_, start_, concat)) {
                offer(std::move(*segments));
            }
            if (may_copy && !is_done_) offer_copies(concat);
            if (is_done_) return;
        }
    }

private:
    /// What one of them alone would not shorten: the life of a buffer that they share.
    void segment_all(const std::vector<NodeId>& concats) {
        RelationTable table = start_;
        int segmented = 0;
        for (const NodeId concat : concats) {
            auto more = with_segments(graph_, traits_, table, concat);
            if (!more) continue;
            table = std::move(*more);
            ++segmented;
        }
        if (segmented > 1) offer(std::move(table));
    }

    void offer(RelationTable table) { is_done_ = is_done_ || !visit_(std::move(table)); }

    void offer_copies(NodeId concat) {
        const auto& relations = start_.of_node[slot(concat.index)];
        const auto holds = [&](int r) { return table_.relations[slot(r)].holds(); };
        if (std::ranges::any_of(relations, holds)) {
            offer(with_second_stores(start_, concat));
            RelationTable table = start_;
            for (const int r : relations) copy_operand(table.relations[slot(r)]);
            offer(std::move(table));
            const auto first = std::ranges::min_element(relations, {}, [&](int r) {
                return holds(r) ? graph_.value(join_of(table_.relations[slot(r)])->part).producer.index
                                : static_cast<int>(graph_.nodes().size());
            });
            table = start_;
            copy_operand(table.relations[slot(*first)]);
            offer(table);
            table.relations[slot(*first)].may_store_twice = true;
            offer(std::move(table));
        }
        for (const int r : relations) {
            if (is_done_) return;
            if (table_.relations[slot(r)].how != Rung::MultiStore) continue;
            RelationTable table = start_;
            table.relations[slot(r)].may_store_twice = false;
            offer(std::move(table));
        }
    }

    /// The root of `value` if it is live at the peak; -1 if not.
    [[nodiscard]] int live_root(ValueId value) const {
        const auto& view = plan_.placements[slot(value.index)];
        if (!view) return -1;
        const Root& root = plan_.roots[slot(view->root)];
        const bool live = root.kind == RootKind::Arena && root.first_step <= peak_ && peak_ <= root.last_step;
        return live ? view->root : -1;
    }

    [[nodiscard]] std::map<int, std::vector<NodeId>> concats_of_roots() const {
        std::map<int, std::vector<NodeId>> result;
        for (const auto& relation : table_.relations) {
            const auto* box = join_of(relation);
            const int root = box == nullptr ? -1 : live_root(box->part);
            if (root < 0) continue;
            auto& concats = result[root];
            if (concats.empty() || concats.back() != relation.node) concats.push_back(relation.node);
        }
        return result;
    }

    /// Concats one of whose values is in a root that is live at the peak.
    [[nodiscard]] std::vector<NodeId> concats() const {
        std::vector<NodeId> concats;
        for (const auto& relation : table_.relations) {
            const auto* box = join_of(relation);
            if (box == nullptr || (live_root(box->part) < 0 && live_root(box->whole) < 0)) continue;
            if (concats.empty() || concats.back() != relation.node) concats.push_back(relation.node);
        }
        return concats;
    }

    const Graph& graph_;
    const OpTraits& traits_;
    const RelationTable& start_;
    const Plan& plan_;
    const RelationTable& table_;
    int peak_;
    const PeakMoveVisitor& visit_;
    bool is_done_ = false;
};

}  // namespace

void for_each_peak_move(const Graph& graph, const OpTraits& traits, const RelationTable& start, const Plan& plan,
                        const RelationTable& table, int peak, bool may_copy, const PeakMoveVisitor& visit) {
    PeakMoves(graph, traits, start, plan, table, peak, visit).run(may_copy);
}

}  // namespace abut::planning
