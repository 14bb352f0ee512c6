// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"
#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// Fills `model` with the nodes, constants and ports of `graph`. Throws Unsupported for constants whose elements were
/// released.
void export_graph(const Graph& graph, proto::ModelProto& model);

}  // namespace abut::onnx
