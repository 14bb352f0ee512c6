// SPDX-License-Identifier: Apache-2.0
#include "program/step_graph.hpp"

namespace abut::programs {

std::unique_ptr<StepGraph> StepGraph::record(device::Backend& backend, std::span<StepRunner> steps) {
    auto result = std::make_unique<StepGraph>();
    std::vector<int> node_of(steps.size(), -1);
    std::vector<device::GraphNode> nodes;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (!steps[i].has_tiles()) continue;
        device::GraphNode node{.kernel = &steps[i].kernel(), .shape = steps[i].shape(), .dependencies = {}};
        for (const int step : steps[i].dependencies()) node.dependencies.push_back(node_of[static_cast<std::size_t>(step)]);
        node_of[i] = static_cast<int>(nodes.size());
        result->recorded_.push_back({.step = static_cast<int>(i), .node = node_of[i]});
        nodes.push_back(std::move(node));
    }
    if (nodes.empty()) return nullptr;
    result->graph_ = backend.graph(nodes);
    if (!result->graph_) return nullptr;
    for (auto& step : steps) step.keep();
    return result;
}

std::shared_ptr<device::EventBackend> StepGraph::launch(std::span<StepRunner> steps, device::QueueBackend& queue,
                                                        std::span<const std::shared_ptr<device::EventBackend>> wait) {
    for (const auto& recorded : recorded_) {
        auto& step = steps[static_cast<std::size_t>(recorded.step)];
        if (!step.has_changed()) continue;
        graph_->update(recorded.node, step.kernel(), step.shape());
        step.keep();
    }
    return graph_->launch(queue, wait, true);
}

}  // namespace abut::programs
