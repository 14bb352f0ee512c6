// SPDX-License-Identifier: Apache-2.0
#include "onnx/node_order.hpp"

#include <functional>
#include <queue>
#include <unordered_map>

#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/proto.hpp"
#include "onnx/scoped_names.hpp"

namespace abut::onnx {

namespace {

using Producers = std::unordered_map<std::string, int>;

Producers find_producers(const proto::GraphProto& graph, const Names& given) {
    Producers producers;
    for (int i = 0; i < graph.node_size(); ++i) {
        for (const std::string& output : graph.node(i).output()) {
            if (output.empty()) continue;
            const bool first = !given.contains(output) && producers.emplace(output, i).second;
            core::require(first, "node '{}' produces '{}', a name that another value has", label_of(graph.node(i)),
                          core::printable(output));
        }
    }
    return producers;
}

int producer_of(const Producers& producers, const std::string& name) {
    const auto found = producers.find(name);
    return found == producers.end() ? -1 : found->second;
}

std::vector<bool> find_needed(const proto::GraphProto& graph, const Names& given, const Producers& producers) {
    std::vector<bool> needed(static_cast<std::size_t>(graph.node_size()));
    std::vector<int> open;
    const auto need = [&](const std::string& name, const std::string& reader) {
        const int producer = producer_of(producers, name);
        core::require(producer >= 0 || given.contains(name), "{} reads '{}', which no node produces", reader,
                      core::printable(name));
        if (producer < 0 || needed[static_cast<std::size_t>(producer)]) return;
        needed[static_cast<std::size_t>(producer)] = true;
        open.push_back(producer);
    };
    for (const auto& output : graph.output()) need(output.name(), "the graph's list of outputs");
    while (!open.empty()) {
        const auto& node = graph.node(open.back());
        open.pop_back();
        for (const std::string& input : names_read(node)) {
            if (!input.empty()) need(input, fmt::format("node '{}'", label_of(node)));
        }
    }
    return needed;
}

}  // namespace

std::string label_of(const proto::NodeProto& node) {
    if (!node.name().empty()) return core::printable(node.name());
    for (const std::string& output : node.output()) {
        if (!output.empty()) return core::printable(output);
    }
    return core::printable(node.op_type());
}

std::vector<int> node_order(const proto::GraphProto& graph, const Names& given) {
    const Producers producers = find_producers(graph, given);
    const std::vector<bool> needed = find_needed(graph, given, producers);
    std::vector<int> missing(needed.size());
    std::vector<std::vector<int>> consumers(needed.size());
    std::priority_queue<int, std::vector<int>, std::greater<>> ready;
    for (int i = 0; i < graph.node_size(); ++i) {
        const auto index = static_cast<std::size_t>(i);
        if (!needed[index]) continue;
        for (const std::string& input : names_read(graph.node(i))) {
            const int producer = producer_of(producers, input);
            if (producer < 0) continue;
            consumers[static_cast<std::size_t>(producer)].push_back(i);
            ++missing[index];
        }
        if (missing[index] == 0) ready.push(i);
    }
    std::vector<int> order;
    while (!ready.empty()) {
        order.push_back(ready.top());
        ready.pop();
        for (const int consumer : consumers[static_cast<std::size_t>(order.back())]) {
            if (--missing[static_cast<std::size_t>(consumer)] == 0) ready.push(consumer);
        }
    }
    for (std::size_t i = 0; i < missing.size(); ++i) {
        if (missing[i] > 0)
            core::fail_invalid("node '{}' depends on itself: the graph has a cycle",
                               label_of(graph.node(static_cast<int>(i))));
    }
    return order;
}

}  // namespace abut::onnx
