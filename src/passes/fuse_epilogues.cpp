// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse_epilogues.hpp"

#include <optional>

#include "graph/uses.hpp"
#include "passes/formula.hpp"
#include "passes/limits.hpp"
#include "passes/rewriter.hpp"

namespace abut::passes {
namespace {

using graph_detail::Uses;

/// A convolution or dense product with what it has absorbed. It takes its place after its last member, where all operands of
/// its epilogue are there.
struct Group {
    std::size_t leader = 0;
    std::size_t last = 0;
    Draft draft;
};

class EpilogueFusion {
public:
    explicit EpilogueFusion(const Graph& graph) : graph_(graph), uses_(graph), group_of_(graph.nodes().size(), none) {
        for (std::size_t index = 0; index < graph.nodes().size(); ++index) visit(index);
    }

    Graph result() const {
        return rewritten(graph_, [this](Rewriter& rewriter, NodeId id, const Node& node) {
            const auto index = static_cast<std::size_t>(id.index);
            if (group_of_[index] == none) return rewriter.copy(node);
            const Group& group = groups_[group_of_[index]];
            if (group.last != index) return;
            rewriter.emit(group.draft.operation, rewriter.mapped(group.draft.inputs), node.outputs,
                          graph_.nodes()[group.leader].name);
        });
    }

private:
    void visit(std::size_t index) {
        const Node& node = graph_.nodes()[index];
        if (has_epilogue(node.operation)) {
            group_of_[index] = groups_.size();
            groups_.push_back({index, index, {node.operation, node.inputs}});
        } else if (const auto* elementwise = std::get_if<Elementwise>(&node.operation)) {
            absorb(index, without_duplicates({elementwise->expression, node.inputs}));
        }
    }

    void absorb(std::size_t index, const Formula& formula) {
        std::optional<std::size_t> chosen;
        for (std::size_t operand = 0; operand < formula.operands.size(); ++operand) {
            if (!fits(formula, operand, graph_.nodes()[index].outputs.front())) continue;
            const bool is_later = !chosen || group_at(formula.operands[*chosen]) < group_at(formula.operands[operand]);
            if (is_later) chosen = operand;
        }
        if (!chosen) return;
        const std::size_t number = group_at(formula.operands[*chosen]);
        Group& group = groups_[number];
        const Formula joined = substituted(moved_to_front(formula, *chosen), 0, epilogue_of(group.draft));
        if (!is_within_limits(joined.expression)) return;
        set_epilogue(group.draft, joined);
        group.last = index;
        group_of_[index] = number;
    }

    /// The group whose result `value` is.
    [[nodiscard]] std::size_t group_at(ValueId value) const {
        const NodeId producer = graph_.value(value).producer;
        return producer.index < 0 ? none : group_of_[static_cast<std::size_t>(producer.index)];
    }

    [[nodiscard]] bool fits(const Formula& formula, std::size_t flowing, ValueId result) const {
        const ValueId value = formula.operands[flowing];
        const Shape& shape = graph_.value(value).shape;
        if (group_at(value) == none || !uses_.is_private(value) || shape != graph_.value(result).shape) return false;
        const Operation& operation = groups_[group_at(value)].draft.operation;
        for (const ValueId operand : formula.operands) {
            const Shape& other = graph_.value(operand).shape;
            if (other != shape && !is_per_channel(other, shape, channel_axis(operation, shape))) return false;
        }
        return true;
    }

    static constexpr std::size_t none = SIZE_MAX;

    const Graph& graph_;
    Uses uses_;
    std::vector<std::size_t> group_of_;  ///< by node
    std::vector<Group> groups_;
};

}  // namespace

Graph fuse_epilogues(const Graph& graph) {
    return EpilogueFusion(graph).result();
}

}  // namespace abut::passes
