// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "device/backend.hpp"

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
class GraphBackend final : public device::Backend {
public:
    explicit GraphBackend(std::shared_ptr<device::Backend> inner) : inner_(std::move(inner)) {}
    [[nodiscard]] const GraphCounts& counts() const { return *counts_; }

    [[nodiscard]] const DeviceProfile& profile() const override { return inner_->profile(); }
    [[nodiscard]] std::string identity() const override { return inner_->identity(); }
    [[nodiscard]] device::SourceLanguage language() const override { return inner_->language(); }
    std::shared_ptr<device::Memory> allocate(std::int64_t bytes) override { return inner_->allocate(bytes); }
    std::shared_ptr<device::Memory> import(const std::shared_ptr<device::Memory>& memory) override {
        return inner_->import(memory);
    }
    std::shared_ptr<device::Module> build(const std::string& source, std::span<const std::string> kernels,
                                          const device::BuildListener& listener) override {
        return inner_->build(source, kernels, listener);
    }
    std::shared_ptr<device::Module> load(std::span<const std::byte> binary) override { return inner_->load(binary); }
    std::shared_ptr<device::QueueBackend> queue() override { return inner_->queue(); }
    std::unique_ptr<device::LaunchGraph> graph(std::span<const device::GraphNode> nodes) override {
        ++counts_->recorded;
        counts_->nodes += static_cast<int>(nodes.size());
        return std::make_unique<ReplayedGraph>(nodes, counts_);
    }

private:
    std::shared_ptr<device::Backend> inner_;
    std::shared_ptr<GraphCounts> counts_ = std::make_shared<GraphCounts>();
};

}  // namespace abut::test
