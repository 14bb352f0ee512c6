// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "support/forwarding_backend.hpp"

namespace abut::test {

/// What was asked of the graphs of a GraphBackend.
struct GraphCounts {
    int recorded = 0;
    int nodes = 0;
    int updates = 0;
    int launches = 0;
};

/// Launches its nodes one by one. Kernels must not change between the update and the launch, which is all that it leaves
/// to the device's queue.
class ReplayedGraph final : public device::LaunchGraph {
public:
    ReplayedGraph(std::span<const device::GraphNode> nodes, std::shared_ptr<GraphCounts> counts)
        : nodes_(nodes.begin(), nodes.end()),
          counts_(std::move(counts)) {}
    void update(int node, device::Kernel& kernel, const device::LaunchShape& shape) override {
        auto& updated = nodes_.at(static_cast<std::size_t>(node));
        updated.kernel = &kernel;
        updated.shape = shape;
        ++counts_->updates;
    }
    std::shared_ptr<device::EventBackend> launch(device::QueueBackend& queue,
                                                 std::span<const std::shared_ptr<device::EventBackend>> wait,
                                                 bool signal) override {
        ++counts_->launches;
        if (!wait.empty()) static_cast<void>(queue.marker(wait));
        for (const auto& node : nodes_) static_cast<void>(queue.launch(*node.kernel, node.shape, {}, false));
        return signal ? queue.marker({}) : nullptr;
    }

private:
    std::vector<device::GraphNode> nodes_;
    std::shared_ptr<GraphCounts> counts_;
};

/// Another backend that has graphs.
class GraphBackend final : public ForwardingBackend {
public:
    using ForwardingBackend::ForwardingBackend;

    [[nodiscard]] const GraphCounts& counts() const { return *counts_; }

    std::unique_ptr<device::LaunchGraph> graph(std::span<const device::GraphNode> nodes) override {
        ++counts_->recorded;
        counts_->nodes += static_cast<int>(nodes.size());
        return std::make_unique<ReplayedGraph>(nodes, counts_);
    }

private:
    std::shared_ptr<GraphCounts> counts_ = std::make_shared<GraphCounts>();
};

}  // namespace abut::test
