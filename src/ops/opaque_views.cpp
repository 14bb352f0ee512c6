// SPDX-License-Identifier: Apache-2.0
#include "ops/opaque_views.hpp"

#include <algorithm>
#include <variant>

#include "core/slot.hpp"

namespace abut::ops {
namespace {

using core::slot;
using planning::PreferredLayout;

const AcceptedView* accepted(const std::vector<AcceptedView>& views, int index) {
    return slot(index) < views.size() && views[slot(index)] != AcceptedView{} ? &views[slot(index)] : nullptr;
}

/// Whether results of `node` are parts of its inputs or the other way round, axis by axis.
bool joins_or_cuts(const Node& node) {
    return std::holds_alternative<Concat>(node.operation) || std::holds_alternative<Split>(node.operation) ||
           std::holds_alternative<Slice>(node.operation);
}

class Demands {
public:
    explicit Demands(const Graph& graph) : graph_(graph), demands_(graph.values().size()) {}

    std::vector<std::optional<PreferredLayout>> run() {
        for (const Node& node : graph_.nodes()) note_writes(node);
        for (const Node& node : graph_.nodes()) note_reads(node);
        pass_through_views();
        for (const Node& node : graph_.nodes()) note_wishes(node);
        pass_through_views();
        return std::move(demands_);
    }

private:
    void note_writes(const Node& node) {
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            const auto* view = accepted_write(node, static_cast<int>(i));
            if (view != nullptr && !view->takes_any_strides()) note(node.outputs[i], *view);
        }
    }

    void note_wishes(const Node& node) {
        const auto* opaque = std::get_if<Opaque>(&node.operation);
        if (opaque == nullptr) return;
        for (std::size_t i = 0; i < node.outputs.size(); ++i) {
            auto& demand = demands_[slot(node.outputs[i])];
            if (!demand) demand = PreferredLayout{.layout = opaque->outputs[i].layout};
        }
    }

    void pass_through_views() {
        for (auto node = graph_.nodes().rbegin(); node != graph_.nodes().rend(); ++node)
            pass_on(*node, node->outputs, node->inputs);
        for (const Node& node : graph_.nodes()) pass_on(node, node.inputs, node.outputs);
    }

    void pass_on(const Node& node, const std::vector<ValueId>& from, const std::vector<ValueId>& to) {
        if (!joins_or_cuts(node)) return;
        const auto known = std::ranges::find_if(from, [&](ValueId value) { return demands_[slot(value)].has_value(); });
        if (known == from.end()) return;
        const PreferredLayout demand = *demands_[slot(*known)];
        for (const ValueId value : to) {
            if (!demands_[slot(value)]) note_order(value, demand);
        }
    }

    void note_reads(const Node& node) {
        for (std::size_t i = 0; i < node.inputs.size(); ++i) {
            const auto* view = accepted_read(node, static_cast<int>(i));
            if (view != nullptr && !view->takes_any_strides()) note(node.inputs[i], *view);
        }
    }

    /// The first order counts; of alignments the strictest.
    void note(ValueId id, const AcceptedView& view) {
        const Value& value = graph_.value(id);
        auto& demand = demands_[slot(id)];
        if (!demand) demand = PreferredLayout{.order = view.order};
        if (demand->order != view.order) return;
        const std::int64_t multiple = std::max<std::int64_t>(view.alignment_bytes / size_bytes(value.dtype), 1);
        if (multiple > demand->pitch_multiple && view.row_axes > 0) {
            demand->pitch_multiple = multiple;
            demand->row_axes = view.row_axes;
        }
        demand->layout = planning::pitched_layout(value.shape, *demand);
    }

    void note_order(ValueId id, const PreferredLayout& like) {
        PreferredLayout demand{.order = like.order};
        const Shape& shape = graph_.value(id).shape;
        demand.layout =
            like.order.rank() == 0 ? Layout{shape, like.layout.strides} : planning::pitched_layout(shape, demand);
        demands_[slot(id)] = std::move(demand);
    }

    const Graph& graph_;
    std::vector<std::optional<PreferredLayout>> demands_;
};

}  // namespace

const AcceptedView* accepted_read(const Node& node, int input) {
    const auto* opaque = std::get_if<Opaque>(&node.operation);
    return opaque == nullptr ? nullptr : accepted(opaque->reads, input);
}

const AcceptedView* accepted_write(const Node& node, int output) {
    const auto* opaque = std::get_if<Opaque>(&node.operation);
    return opaque == nullptr ? nullptr : accepted(opaque->writes, output);
}

std::vector<std::optional<PreferredLayout>> demanded_layouts(const Graph& graph) {
    return Demands(graph).run();
}

}  // namespace abut::ops
