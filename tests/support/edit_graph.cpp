// SPDX-License-Identifier: Apache-2.0
#include "support/edit_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "abut/error.hpp"
#include "core/slot.hpp"
#include "support/adapt_node.hpp"

namespace abut::tests {
namespace {

using core::slot;

class Editor {
public:
    Editor(const Graph& source, const GraphEdit& edit)
        : source_(source),
          edit_(edit),
          mapped_(source.values().size()),
          needed_(source.values().size(), false) {}

    Graph run() {
        mark_needed();
        for (std::size_t port = 0; port < source_.inputs().size(); ++port) add_input(port);
        if (const auto* made = std::get_if<MakeInput>(&edit_)) {
            const auto& value = source_.value(made->value);
            mapped_[slot(made->value)] = target_.input("from_" + value.name, ViewSpec(value.dtype, value.shape));
        }
        for (const auto& node : source_.nodes()) add_node(node);
        for (std::size_t port = 0; port < source_.outputs().size(); ++port) add_output(port);
        return std::move(target_);
    }

private:
    template <class Kind>
    [[nodiscard]] const Kind* edit() const {
        return std::get_if<Kind>(&edit_);
    }

    [[nodiscard]] bool is_dropped(std::size_t port) const { return edit<DropOutput>() && edit<DropOutput>()->port == port; }

    [[nodiscard]] ValueId value_of_output(std::size_t port) const {
        const auto* moved = edit<MoveOutput>();
        return moved && moved->port == port ? moved->to : seen_through(source_.outputs()[port].value);
    }

    [[nodiscard]] ValueId seen_through(ValueId value) const {
        return edit<ReplaceValue>() && edit<ReplaceValue>()->value == value ? edit<ReplaceValue>()->by : value;
    }

    [[nodiscard]] bool is_edited(const Node& node, NodeId by) const { return by.index >= 0 && &source_.node(by) == &node; }

    [[nodiscard]] std::vector<ValueId> inputs_of(const Node& node) const {
        std::vector<ValueId> inputs;
        for (const auto value : node.inputs) inputs.push_back(seen_through(value));
        if (edit<DropOperand>() && is_edited(node, edit<DropOperand>()->node))
            inputs.erase(inputs.begin() + static_cast<std::ptrdiff_t>(edit<DropOperand>()->operand));
        if (edit<MakeRelu>() && is_edited(node, edit<MakeRelu>()->node)) inputs.resize(1);
        return inputs;
    }

    void mark_needed() {
        for (std::size_t port = 0; port < source_.outputs().size(); ++port) {
            if (!is_dropped(port)) needed_[slot(value_of_output(port))] = true;
        }
        for (auto n = source_.nodes().size(); n-- > 0;) {
            const auto& node = source_.nodes()[n];
            if (!is_live(node)) continue;
            for (const auto input : inputs_of(node)) needed_[slot(input)] = true;
        }
    }

    [[nodiscard]] bool is_live(const Node& node) const {
        return std::ranges::any_of(node.outputs, [&](ValueId value) {
            return needed_[slot(value)] && !(edit<MakeInput>() && edit<MakeInput>()->value == value);
        });
    }

    [[nodiscard]] Shape shape_of(ValueId value) const {
        Shape shape = source_.value(value).shape;
        if (edit<SetExtent>() && edit<SetExtent>()->value == value)
            shape[edit<SetExtent>()->axis] = edit<SetExtent>()->extent;
        return shape;
    }

    [[nodiscard]] ViewSpec spec_of(const Port& port, const Shape& shape, bool is_output, std::size_t index) const {
        const auto* plain = edit<MakePortPlain>();
        if (plain && plain->is_output == is_output && plain->port == index) return {port.spec.dtype, shape};
        if (shape == port.spec.shape()) return port.spec;
        const bool is_last = shape.rank() >= 3 && port.spec.layout.strides[1] == 1;
        return {port.spec.dtype, is_last ? Layout::channels_last(shape) : Layout::dense(shape), port.spec.alignment};
    }

    void add_input(std::size_t index) {
        const auto& port = source_.inputs()[index];
        if (!needed_[slot(port.value)]) return;
        mapped_[slot(port.value)] = target_.input(port.name, spec_of(port, shape_of(port.value), false, index));
    }

    void add_output(std::size_t index) {
        if (is_dropped(index)) return;
        const auto& port = source_.outputs()[index];
        const auto value = mapped(value_of_output(index));
        target_.output(port.name, value, spec_of(port, target_.value(value).shape, true, index));
    }

    /// The old elements over and over, in the new shape.
    ValueId constant(ValueId value, const Shape& shape) {
        const auto& old = mapped_[slot(value)];
        if (old && target_.value(*old).shape == shape) return *old;
        const auto* from = static_cast<const float*>(source_.value(value).data.get());
        const auto count = static_cast<std::size_t>(element_count(source_.value(value).shape));
        std::vector<float> elements(static_cast<std::size_t>(element_count(shape)), 0.5F);
        for (std::size_t i = 0; i < elements.size() && count > 0; ++i) elements[i] = from[i % count];
        mapped_[slot(value)] = target_.constant(shape, elements);
        return *mapped_[slot(value)];
    }

    ValueId mapped(ValueId value) {
        if (source_.value(value).is_constant() && !mapped_[slot(value)]) return constant(value, shape_of(value));
        return mapped_[slot(value)].value();
    }

    void add_node(const Node& node) {
        if (!is_live(node)) return;
        const auto old = inputs_of(node);
        std::vector<Shape> shapes;
        for (const auto value : old) {
            const bool is_constant = source_.value(value).is_constant();
            shapes.push_back(is_constant ? shape_of(value) : target_.value(mapped(value)).shape);
        }
        std::vector<ValueId> inputs;
        for (std::size_t i = 0; i < old.size(); ++i) {
            if (source_.value(old[i]).is_constant()) {
                shapes[i] = adapted_constant(node, i, shapes);
                inputs.push_back(constant(old[i], shapes[i]));
            } else {
                inputs.push_back(mapped(old[i]));
            }
        }
        const bool becomes_relu = edit<MakeRelu>() && is_edited(node, edit<MakeRelu>()->node);
        const Operation operation =
            becomes_relu ? Elementwise{Expression::of(Function::Relu)} : adapted(source_, node, shapes);
        const auto results = target_.append(operation, inputs);
        for (std::size_t i = 0; i < results.size(); ++i) {
            if (!mapped_[slot(node.outputs[i])]) mapped_[slot(node.outputs[i])] = results[i];
        }
    }

    const Graph& source_;
    const GraphEdit& edit_;
    Graph target_;
    std::vector<std::optional<ValueId>> mapped_;
    std::vector<bool> needed_;
};

}  // namespace

std::optional<Graph> edited(const Graph& graph, const GraphEdit& edit) {
    try {
        Graph result = Editor(graph, edit).run();
        if (result.outputs().empty() || result.inputs().empty()) return std::nullopt;
        return result;
    } catch (const Error&) {
        return std::nullopt;
    }
}

}  // namespace abut::tests
