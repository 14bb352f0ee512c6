// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <unordered_set>
#include <vector>

#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// How messages name a node: its name, else its first output's.
std::string label_of(const proto::NodeProto& node);

/// Indices of the nodes that the graph's outputs depend on, producers before consumers and otherwise in the file's order.
/// `given` are the names of inputs and constants. Throws InvalidArgument for a name that is produced twice or never, and
/// for nodes that form a cycle.
std::vector<int> node_order(const proto::GraphProto& graph, const std::unordered_set<std::string>& given);

}  // namespace abut::onnx
