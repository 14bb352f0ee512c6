// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/graph.hpp"

#include "core/fail.hpp"
#include "device/cuda/module.hpp"
#include "device/cuda/queue.hpp"

namespace abut::inline v0::device::cuda {
namespace {

Owned<GraphHandle> new_graph(const std::shared_ptr<const Context>& context) {
    GraphHandle graph = nullptr;
    constexpr unsigned no_flags = 0;
    context->run("creating a graph", context->driver().graph_create, &graph, no_flags);
    return {context, graph, &Driver::graph_destroy};
}

Owned<GraphExecHandle> instantiated(const std::shared_ptr<const Context>& context, GraphHandle graph) {
    GraphExecHandle executable = nullptr;
    constexpr unsigned long long no_flags = 0;
    context->run("instantiating a graph", context->driver().graph_instantiate, &executable, graph, no_flags);
    return {context, executable, &Driver::graph_exec_destroy};
}

}  // namespace

CudaGraph::CudaGraph(std::shared_ptr<const Context> context, std::span<const GraphNode> nodes)
    : context_(std::move(context)),
      graph_(new_graph(context_)) {
    nodes_.reserve(nodes.size());
    for (const auto& node : nodes) nodes_.push_back(added(node));
    executable_ = instantiated(context_, graph_.get());
}

GraphNodeHandle CudaGraph::added(const GraphNode& node) const {
    if (node.shape.groups < 1) throw Error(ErrorCode::InvalidArgument, "a node of a graph needs at least one group");
    std::vector<GraphNodeHandle> before;
    for (const int dependency : node.dependencies) before.push_back(nodes_.at(static_cast<std::size_t>(dependency)));
    const auto parameters = cuda_kernel(*node.kernel).parameters_for(node.shape, *context_);
    GraphNodeHandle handle = nullptr;
    context_->run("adding a kernel to a graph", context_->driver().graph_add, &handle, graph_.get(),
                  static_cast<const GraphNodeHandle*>(before.data()), before.size(), &parameters);
    return handle;
}

void CudaGraph::update(int node, Kernel& kernel, const LaunchShape& shape) {
    // Launches that are on their way keep what they were enqueued with.
    const auto parameters = cuda_kernel(kernel).parameters_for(shape, *context_);
    context_->run("updating a kernel of a graph", context_->driver().graph_update, executable_.get(),
                  nodes_.at(static_cast<std::size_t>(node)), &parameters);
}

std::shared_ptr<EventBackend> CudaGraph::launch(QueueBackend& queue, std::span<const std::shared_ptr<EventBackend>> wait,
                                                bool signal) {
    auto& of_cuda = cuda_queue(queue);
    of_cuda.wait_for(wait);
    context_->run("launching a graph", context_->driver().graph_launch, executable_.get(), of_cuda.stream());
    return signal ? of_cuda.signal() : nullptr;
}

}  // namespace abut::inline v0::device::cuda
