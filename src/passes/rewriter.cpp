// SPDX-License-Identifier: Apache-2.0
#include "passes/rewriter.hpp"

#include "core/fail.hpp"

namespace abut::passes {
namespace {

std::size_t position(auto id) {
    return static_cast<std::size_t>(id.index);
}

std::vector<bool> live_nodes(const Graph& graph) {
    std::vector<bool> needed(graph.values().size(), false);
    for (const Port& port : graph.outputs()) needed[position(port.value)] = true;
    std::vector<bool> live(graph.nodes().size(), false);
    for (std::size_t index = live.size(); index-- > 0;) {
        const Node& node = graph.nodes()[index];
        for (const ValueId output : node.outputs) live[index] = live[index] || needed[position(output)];
        if (!live[index]) continue;
        for (const ValueId input : node.inputs) needed[position(input)] = true;
    }
    return live;
}

}  // namespace

Rewriter::Rewriter(const Graph& source) : source_(source), mapped_(source.values().size()), live_(live_nodes(source)) {
    target_.set_name(source.name());
    for (const Port& port : source.inputs()) replace(port.value, target_.input(port.name, port.spec));
}

ValueId Rewriter::mapped(ValueId old) {
    ValueId& known = mapped_.at(position(old));
    if (known.index >= 0) return known;
    const Value& value = source_.value(old);
    core::require(value.is_constant(), "value \"{}\" is used before the node that computes it", value.name);
    known = target_.constant(ViewSpec(value.dtype, value.shape), value.data, value.name);
    return known;
}

std::vector<ValueId> Rewriter::mapped(std::span<const ValueId> old) {
    std::vector<ValueId> values;
    values.reserve(old.size());
    for (const ValueId value : old) values.push_back(mapped(value));
    return values;
}

void Rewriter::replace(ValueId old, ValueId replacement) {
    mapped_.at(position(old)) = replacement;
}

void Rewriter::emit(Operation operation, std::vector<ValueId> new_inputs, std::span<const ValueId> results,
                    std::string name) {
    const auto outputs = target_.append(std::move(operation), std::move(new_inputs), std::move(name));
    core::require(outputs.size() == results.size(), "node \"{}\": expected {} results, found {}",
                  target_.nodes().back().name, results.size(), outputs.size());
    for (std::size_t index = 0; index < outputs.size(); ++index) {
        target_.rename(outputs[index], source_.value(results[index]).name);
        replace(results[index], outputs[index]);
    }
}

void Rewriter::copy(const Node& node) {
    emit(node.operation, mapped(node.inputs), node.outputs, node.name);
}

Graph Rewriter::finish() && {
    for (const Port& port : source_.outputs()) {
        ValueId value = mapped(port.value);
        const bool was_computed = source_.value(port.value).producer.index >= 0;
        if (was_computed && target_.value(value).producer.index < 0) value = target_.append(Copy{}, {value}).front();
        target_.output(port.name, value, port.spec);
    }
    for (const SharedPorts& shared : source_.shared_ports()) {
        const auto& output = source_.outputs()[static_cast<std::size_t>(shared.output)];
        target_.share(target_.inputs()[static_cast<std::size_t>(shared.input)].value, output.name, shared.begin);
    }
    return std::move(target_);
}

Graph rewritten(const Graph& source, const std::function<void(Rewriter&, NodeId, const Node&)>& visit) {
    Rewriter rewriter(source);
    for (std::size_t index = 0; index < source.nodes().size(); ++index) {
        const NodeId id{static_cast<std::int32_t>(index)};
        if (rewriter.is_live(id)) visit(rewriter, id, source.nodes()[index]);
    }
    return std::move(rewriter).finish();
}

}  // namespace abut::passes
