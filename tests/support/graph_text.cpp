// SPDX-License-Identifier: Apache-2.0
#include "support/graph_text.hpp"

#include <fmt/format.h>

#include <span>
#include <vector>

#include "support/operation_text.hpp"

namespace abut::tests {
namespace {

constexpr std::int64_t most_elements = 200;

std::string list(const Dims& dims) {
    return braced(std::span(dims.begin(), dims.end()));
}

std::string spec_text(const ViewSpec& spec) {
    if (spec == ViewSpec(spec.dtype, spec.shape())) return fmt::format("ViewSpec::nchw({})", list(spec.shape()));
    return fmt::format("ViewSpec(DType::Float32, Layout{{{}, {}}}, Alignment{{{}, {}}})", list(spec.shape()),
                       list(spec.layout.strides), spec.alignment.modulus, spec.alignment.remainder);
}

class Writer {
public:
    explicit Writer(const Graph& graph) : graph_(graph), names_(graph.values().size()) {}

    std::string run() {
        for (const auto& port : graph_.inputs())
            define(port.value, fmt::format("graph.input(\"{}\", {})", port.name, spec_text(port.spec)));
        for (const auto& node : graph_.nodes()) write(node);
        for (const auto& port : graph_.outputs())
            text_ += fmt::format("graph.output(\"{}\", {}, {});\n", port.name, name(port.value), spec_text(port.spec));
        return std::move(text_);
    }

private:
    void define(ValueId value, const std::string& made_by) {
        auto& name = names_[static_cast<std::size_t>(value.index)];
        name = fmt::format("v{}", next_++);
        text_ += fmt::format("const auto {} = {};\n", name, made_by);
    }

    const std::string& name(ValueId value) {
        auto& name = names_[static_cast<std::size_t>(value.index)];
        if (name.empty()) define_constant(value);
        return name;
    }

    void define_constant(ValueId id) {
        const auto& value = graph_.value(id);
        const auto count = element_count(value.shape);
        std::string elements;
        if (count <= most_elements && value.data) {
            const auto* data = static_cast<const float*>(value.data.get());
            elements = fmt::format("std::vector<float>{}", braced(std::span(data, static_cast<std::size_t>(count))));
        } else {
            elements = fmt::format("std::vector<float>({}, 0.5F)", count);
        }
        define(id, fmt::format("graph.constant({}, {})", list(value.shape), elements));
    }

    void write(const Node& node) {
        std::vector<std::string> inputs;
        for (const auto value : node.inputs) inputs.push_back(name(value));
        if (node.outputs.size() == 1) {
            define(node.outputs.front(), call_text(graph_, node, inputs));
            return;
        }
        text_ += fmt::format("const auto v{} = {};\n", next_, call_text(graph_, node, inputs));
        for (std::size_t i = 0; i < node.outputs.size(); ++i)
            names_[static_cast<std::size_t>(node.outputs[i].index)] = fmt::format("v{}[{}]", next_, i);
        ++next_;
    }

    const Graph& graph_;
    std::vector<std::string> names_;
    std::string text_;
    int next_ = 0;
};

}  // namespace

std::string graph_text(const Graph& graph) {
    return Writer(graph).run();
}

}  // namespace abut::tests
