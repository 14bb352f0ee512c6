// SPDX-License-Identifier: Apache-2.0
#include "support/opaque_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <utility>

#include "ops/op_traits.hpp"

namespace abut::tests {
namespace {

/// Any strides, or rows of the axes in the model's order or with axis 1 last.
AcceptedView draw_accepted(const Value& value, std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto below = [&](int end) { return static_cast<int>(random() % static_cast<std::uint32_t>(end)); };
    constexpr std::int64_t alignments[] = {1, 4, 16, 64};
    AcceptedView accepted{.alignment_bytes = alignments[below(4)]};
    const int rank = value.shape.rank();
    if (below(4) == 0) return below(2) == 0 ? AcceptedView{} : accepted;
    const bool is_channels_last = rank > 2 && below(2) == 0;
    accepted.order = Dims::filled(rank, 0);
    for (int position = 0; position < rank; ++position) {
        const int rotated = position + 1 == rank ? 1 : position + 1;
        accepted.order[position] = is_channels_last && position > 0 ? rotated : position;
    }
    accepted.row_axes = rank == 0 ? 0 : below(rank + 1);
    return accepted;
}

Opaque opaque_of(const Graph& graph, const Node& node, const std::vector<AcceptedView>& accepted) {
    Opaque opaque{.kind = std::string(name_of(node.operation)), .outputs = {}, .reads = {}, .writes = {}};
    const auto of_value = [&](ValueId value) { return accepted[static_cast<std::size_t>(value.index)]; };
    for (const ValueId input : node.inputs) opaque.reads.push_back(of_value(input));
    for (const ValueId output : node.outputs) {
        opaque.outputs.emplace_back(graph.value(output).dtype, graph.value(output).shape);
        opaque.writes.push_back(of_value(output));
    }
    if (opaque.reads.empty() || opaque.reads.front() == AcceptedView{}) opaque.most_segments = node.inputs.empty() ? 1 : 4;
    if (opaque.writes.front() == AcceptedView{}) opaque.most_stores = 3;
    for (std::size_t i = 0; i < node.inputs.size(); ++i) {
        const bool fits = graph.value(node.inputs[i]).shape == opaque.outputs.front().shape();
        if (fits && (node.inputs[i].index + i) % 3 != 0) opaque.in_place_inputs.push_back(static_cast<int>(i));
    }
    return opaque;
}

/// Calls `visit` with the distance in bytes of each element from element 0, in the order of the axes `order`.
void for_each_distance(const PlannedView& view, const Dims& order, const auto& visit) {
    const std::int64_t count = element_count(view.layout.shape);
    for (std::int64_t n = 0; n < count; ++n) {
        std::int64_t rest = n;
        std::int64_t distance = 0;
        for (int position = order.rank() - 1; position >= 0; --position) {
            const int axis = static_cast<int>(order[position]);
            distance += rest % view.layout.shape[axis] * view.layout.strides[axis];
            rest /= view.layout.shape[axis];
        }
        visit(n, distance * size_bytes(view.dtype));
    }
}

bool is_accepted(const PlannedView& view, std::int64_t address, const AcceptedView& accepted) {
    const std::int64_t count = element_count(view.layout.shape);
    if (count == 0) return true;
    if (address % accepted.alignment_bytes != 0) return false;
    if (accepted.takes_any_strides()) return true;
    std::int64_t row = 1;  // elements
    for (int position = accepted.row_axes; position < accepted.order.rank(); ++position)
        row *= view.layout.shape[static_cast<int>(accepted.order[position])];
    std::int64_t pitch = -1;
    bool fits = true;
    for_each_distance(view, accepted.order, [&](std::int64_t n, std::int64_t distance) {
        if (n == row) pitch = distance;
        fits = fits && distance == n / row * std::max<std::int64_t>(pitch, 0) + n % row * size_bytes(view.dtype);
    });
    return fits && (pitch < 0 || pitch % accepted.alignment_bytes == 0);
}

std::int64_t address_of(const Graph& graph, const Plan& plan, const PlannedView& view, std::int64_t root_alignment_bytes) {
    const Root& root = plan.roots[static_cast<std::size_t>(view.root)];
    const auto of_port = [&](const Port& port) { return port.spec.alignment.modulus + port.spec.alignment.remainder; };
    switch (root.kind) {
        case RootKind::Input:
            return of_port(graph.inputs()[static_cast<std::size_t>(root.port)]) + view.offset_bytes;
        case RootKind::Output:
            return of_port(graph.outputs()[static_cast<std::size_t>(root.port)]) + view.offset_bytes;
        case RootKind::Constant:
            return view.offset_bytes;
        case RootKind::Arena:
            break;
    }
    return root_alignment_bytes + root.arena_offset_bytes + view.offset_bytes;
}

}  // namespace

Graph opaque_graph(const Graph& graph, std::uint32_t seed) {
    std::vector<AcceptedView> accepted;
    for (std::size_t v = 0; v < graph.values().size(); ++v) {
        const Value& value = graph.values()[v];
        const bool is_computed = value.producer.index >= 0;
        accepted.push_back(is_computed ? draw_accepted(value, seed * 1009 + static_cast<std::uint32_t>(v)) : AcceptedView{});
    }
    Graph result;
    for (const Value& value : graph.values()) {
        if (value.producer.index >= 0) {
            if (std::cmp_less(value.producer.index, result.nodes().size())) continue;  // a further result of the node
            const Node& node = graph.node(value.producer);
            const bool moves = !ops::op_traits().relations(graph, node).empty();
            result.append(moves ? node.operation : Operation(opaque_of(graph, node, accepted)), node.inputs, node.name);
        } else if (value.is_constant()) {
            result.constant(ViewSpec(value.dtype, value.shape), value.data, value.name);
        } else {
            const auto port =
                std::ranges::find(graph.inputs(), ValueId{static_cast<std::int32_t>(result.values().size())}, &Port::value);
            result.input(port->name, port->spec);
        }
    }
    for (const Port& port : graph.outputs()) result.output(port.name, port.value, port.spec);
    return result;
}

std::string unaccepted_view(const Graph& graph, const Plan& plan, std::int64_t root_alignment_bytes) {
    for (const Step& step : plan.steps) {
        if (step.node.index < 0) continue;
        const auto* opaque = std::get_if<Opaque>(&graph.node(step.node).operation);
        if (opaque == nullptr) continue;
        const auto judge = [&](const PlannedView& view, const AcceptedView& accepted) {
            return is_accepted(view, address_of(graph, plan, view, root_alignment_bytes), accepted);
        };
        for (std::size_t i = 0; i < opaque->reads.size(); ++i) {
            if (!judge(step.reads[i], opaque->reads[i])) return fmt::format("{} does not accept input {}", step.name, i);
        }
        for (std::size_t i = 0; i < opaque->writes.size(); ++i) {
            if (!judge(step.writes[i], opaque->writes[i])) return fmt::format("{} does not accept output {}", step.name, i);
        }
    }
    return "";
}

}  // namespace abut::tests
