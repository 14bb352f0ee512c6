// SPDX-License-Identifier: Apache-2.0
#include "onnx/scoped_names.hpp"

#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

/// Calls visit(graph) for each graph in the attributes of `node`.
template <class Node, class Visit>
void visit_graphs(Node& node, const Visit& visit) {
    for (int i = 0; i < node.attribute_size(); ++i) {
        if constexpr (std::is_const_v<Node>) {
            if (node.attribute(i).has_g()) visit(node.attribute(i).g());
            for (const auto& graph : node.attribute(i).graphs()) visit(graph);
        } else {
            if (node.attribute(i).has_g()) visit(*node.mutable_attribute(i)->mutable_g());
            for (auto& graph : *node.mutable_attribute(i)->mutable_graphs()) visit(graph);
        }
    }
}

void add_defined(const proto::GraphProto& graph, Names& names) {
    for (const auto& input : graph.input()) names.insert(input.name());
    for (const auto& tensor : graph.initializer()) names.insert(tensor.name());
    for (const auto& node : graph.node()) names.insert(node.output().begin(), node.output().end());
}

/// What `graph` reads of its surroundings.
void add_captured(const proto::GraphProto& graph, std::vector<std::string>& captured) {
    Names own;
    add_defined(graph, own);
    std::vector<std::string> read;
    for (const auto& node : graph.node()) {
        for (auto& name : names_read(node)) read.push_back(std::move(name));
    }
    for (const auto& output : graph.output()) read.push_back(output.name());
    for (auto& name : read) {
        if (!name.empty() && !own.contains(name)) captured.push_back(std::move(name));
    }
}

}  // namespace

void add_names(const proto::GraphProto& graph, Names& names) {
    add_defined(graph, names);
    for (const auto& output : graph.output()) names.insert(output.name());
    for (const auto& node : graph.node()) {
        names.insert(node.input().begin(), node.input().end());
        visit_graphs(node, [&](const proto::GraphProto& inner) { add_names(inner, names); });
    }
}

std::vector<std::string> names_read(const proto::NodeProto& node) {
    std::vector<std::string> names(node.input().begin(), node.input().end());
    visit_graphs(node, [&](const proto::GraphProto& graph) { add_captured(graph, names); });
    return names;
}

void ScopedNames::define(const std::string& name) {
    if (name.empty() || names_.contains(name)) return;
    std::string own = prefix_ + name;
    for (int copy = 1; !taken_.insert(own).second; ++copy) own = prefix_ + name + "." + std::to_string(copy);
    names_[name] = std::move(own);
}

void ScopedNames::define_all(const proto::GraphProto& graph) {
    for (const auto& tensor : graph.initializer()) define(tensor.name());
    for (const auto& node : graph.node()) {
        for (const auto& output : node.output()) define(output);
        visit_graphs(node, [&](const proto::GraphProto& inner) { define_all(inner); });
    }
}

const std::string& ScopedNames::renamed(const std::string& name) const {
    const auto found = names_.find(name);
    return found == names_.end() ? name : found->second;
}

void ScopedNames::apply(proto::NodeProto& node) const {
    if (!node.name().empty()) node.set_name(prefix_ + node.name());
    for (auto& input : *node.mutable_input()) input = renamed(input);
    for (auto& output : *node.mutable_output()) output = renamed(output);
    visit_graphs(node, [&](proto::GraphProto& graph) { apply(graph); });
}

void ScopedNames::apply(proto::GraphProto& graph) const {
    for (auto& tensor : *graph.mutable_initializer()) tensor.set_name(renamed(tensor.name()));
    for (auto& node : *graph.mutable_node()) apply(node);
    for (auto& output : *graph.mutable_output()) output.set_name(renamed(output.name()));
}

}  // namespace abut::onnx
