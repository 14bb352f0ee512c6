// SPDX-License-Identifier: Apache-2.0
#include "passes/unshuffle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "core/slot.hpp"
#include "passes/channel_pieces.hpp"
#include "passes/channels.hpp"
#include "passes/formula.hpp"
#include "passes/order_propagation.hpp"

namespace abut::passes {
namespace {

using core::slot;

/// `constant`, which follows `orders`, with the rows or channels `kept` along `axis`, if it has that axis.
ValueId cut_constant(Rewriter& rewriter, ValueId constant, std::vector<AxisOrder> orders, const AxisOrder& kept) {
    const Shape& shape = rewriter.source().value(constant).shape;
    if (kept.axis >= 0 && shape[kept.axis] > 1) orders.push_back(kept);
    return reordered_constant(rewriter, constant, orders);
}

/// Replaces shuffled values and convolutions that are cut, group by group.
class Unshuffling {
public:
    Unshuffling(const Graph& graph, const ChannelFlow& flow)
        : graph_(graph),
          flow_(flow),
          propagation_(graph),
          is_taken_(graph.values().size(), false) {}

    /// Takes `group` if all that reads its values can follow.
    void add(const ShuffleGroup& group) {
        std::vector<std::pair<ValueId, AxisOrder>> orders;
        for (const JoinedPieces& joined : group.values) orders.emplace_back(joined.value, joined.order);
        for (const ValueId source : group.sources) is_taken_[slot(source)] = true;
        if (!propagation_.add(orders, [&](NodeId node) { return is_gone(node); })) {
            for (const ValueId source : group.sources) is_taken_[slot(source)] = false;
            return;
        }
        for (const ChannelPiece& piece : group.pieces) pieces_[piece.source].push_back(&piece);
        for (const JoinedPieces& joined : group.values) values_[joined.value] = {&group, &joined};
    }

    void visit(Rewriter& rewriter, NodeId id, const Node& node) {
        if (!is_gone(id)) emit(rewriter, id, node);
        for (const ValueId result : node.outputs) {
            const auto joined = values_.find(result);
            if (joined != values_.end()) join(rewriter, *joined->second.group, *joined->second.joined);
        }
    }

private:
    struct ValueOfGroup {
        const ShuffleGroup* group;
        const JoinedPieces* joined;
    };

    /// Whether it moves channels that readers get from pieces.
    [[nodiscard]] bool is_gone(NodeId id) const {
        if (!flow_.is_absorbed(id)) return false;
        const auto runs = flow_.runs(flow_.base(graph_.node(id).outputs.front()));
        return !runs.empty() && is_taken_[slot(runs.front().source)];
    }

    [[nodiscard]] bool is_whole(const ChannelPiece& piece) const {
        return static_cast<std::int64_t>(piece.channels.size()) == graph_.value(piece.source).shape[channels];
    }

    /// Whether no reader has a channel of it.
    [[nodiscard]] bool is_needless(ValueId source) const { return is_taken_[slot(source)] && !pieces_.contains(source); }

    void emit(Rewriter& rewriter, NodeId id, const Node& node) {
        const auto& orders = propagation_.of(id);
        const ValueId result = node.outputs.front();
        if (std::ranges::all_of(node.outputs, [&](ValueId output) { return is_needless(output); })) return;
        const auto pieces = pieces_.find(result);
        if (pieces != pieces_.end() && !is_whole(*pieces->second.front())) return cut(rewriter, id, pieces->second);
        if (!orders) return rewriter.copy(node);
        rewriter.emit(node.operation, following_inputs(rewriter, node, *orders), node.outputs, node.name);
    }

    /// The convolution with a result a piece.
    void cut(Rewriter& rewriter, NodeId id, const std::vector<const ChannelPiece*>& pieces) {
        const Node& node = graph_.node(id);
        Conv2d conv = std::get<Conv2d>(node.operation);
        std::vector<std::int64_t> filters;
        for (const ChannelPiece* piece : pieces) {
            filters.insert(filters.end(), piece->channels.begin(), piece->channels.end());
            if (pieces.size() > 1) conv.parts.push_back(static_cast<std::int64_t>(piece->channels.size()));
        }
        const auto parts = rewriter.target().append(conv, cut_inputs(rewriter, id, filters), node.name);
        for (std::size_t i = 0; i < parts.size(); ++i) {
            rewriter.target().rename(parts[i], fmt::format("{}.{}", graph_.value(pieces[i]->source).name, i));
            parts_[pieces[i]] = parts[i];
        }
    }

    std::vector<ValueId> cut_inputs(Rewriter& rewriter, NodeId id, const std::vector<std::int64_t>& filters) {
        const Node& node = graph_.node(id);
        const int rank = graph_.value(node.outputs.front()).shape.rank();
        const auto first_of_epilogue = static_cast<std::size_t>(epilogue_begin(node.operation));
        std::vector<ValueId> inputs{rewriter.mapped(node.inputs.front())};
        for (std::size_t i = 1; i < node.inputs.size(); ++i) {
            AxisOrder kept{-1, filters};
            if (i == 1) kept.axis = 0;
            if (i >= first_of_epilogue) kept.axis = channels - (rank - graph_.value(node.inputs[i]).shape.rank());
            const auto& orders = propagation_.of(id);
            inputs.push_back(
                cut_constant(rewriter, node.inputs[i], orders ? orders->constants[i] : std::vector<AxisOrder>{}, kept));
        }
        return inputs;
    }

    void join(Rewriter& rewriter, const ShuffleGroup& group, const JoinedPieces& joined) {
        std::vector<ValueId> operands;
        for (const std::size_t index : joined.pieces) {
            const ChannelPiece& piece = group.pieces[index];
            operands.push_back(is_whole(piece) ? rewriter.mapped(piece.source) : parts_.at(&piece));
        }
        if (operands.size() == 1) return rewriter.replace(joined.value, operands.front());
        const std::array result{joined.value};
        rewriter.emit(Concat{channels}, std::move(operands), result, graph_.value(joined.value).name);
    }

    const Graph& graph_;
    const ChannelFlow& flow_;
    OrderPropagation propagation_;
    std::vector<bool> is_taken_;                                  // by source: of a group that was taken
    std::map<ValueId, std::vector<const ChannelPiece*>> pieces_;  // by source
    std::map<ValueId, ValueOfGroup> values_;
    std::map<const ChannelPiece*, ValueId> parts_;  // what computes a piece that is not a whole source
};

}  // namespace

Graph unshuffle(const Graph& graph) {
    const auto flow = ChannelFlow::of(graph);
    if (!flow) return graph;
    const auto groups = shuffle_groups(graph, *flow);
    Unshuffling unshuffling(graph, *flow);
    for (const ShuffleGroup& group : groups) unshuffling.add(group);
    return rewritten(graph, [&](Rewriter& rewriter, NodeId id, const Node& node) { unshuffling.visit(rewriter, id, node); });
}

}  // namespace abut::passes
