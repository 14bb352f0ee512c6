// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "device/backend.hpp"
#include "device/cuda/context.hpp"

namespace abut::inline v0::device::cuda {

/// A CUgraph of kernel nodes, instantiated once.
class CudaGraph final : public LaunchGraph {
public:
    CudaGraph(std::shared_ptr<const Context> context, std::span<const GraphNode> nodes);
    void update(int node, Kernel& kernel, const LaunchShape& shape) override;
    std::shared_ptr<EventBackend> launch(QueueBackend& queue, std::span<const std::shared_ptr<EventBackend>> wait,
                                         bool signal) override;

private:
    [[nodiscard]] GraphNodeHandle added(const GraphNode& node) const;

    std::shared_ptr<const Context> context_;
    Owned<GraphHandle> graph_;
    std::vector<GraphNodeHandle> nodes_;
    Owned<GraphExecHandle> executable_;
};

}  // namespace abut::inline v0::device::cuda
