// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "abut/onnx.hpp"

namespace abut::onnx {

enum class NodeFate : std::uint8_t {
    InGraph,      ///< operations of the graph stand for it
    Constant,     ///< its results were computed while reading
    Unused,       ///< no output depends on it
    Unsupported,  ///< `reason` says why
    Unknown,      ///< an input comes from an unsupported node, and the model does not say its shape
};

struct NodeSupport {
    std::string node;
    std::string operator_name;
    NodeFate fate = NodeFate::Unused;
    std::string reason;
    int first_node = 0;  ///< operations of the graph, the last one not included
    int last_node = 0;
};

struct ModelSupport {
    std::vector<NodeSupport> nodes;  ///< in the file's order
    Graph graph;                     ///< without outputs where a node is unsupported
    bool is_complete = true;         ///< no node is unsupported
};

/// Reads a model as load_onnx does, but goes on behind a node that is unsupported where the model declares the shape of
/// its results. Throws for all that is wrong with a model apart from unsupported nodes.
ModelSupport find_support(std::string_view model, const std::filesystem::path& directory, std::string_view name,
                          const OnnxOptions& options);

}  // namespace abut::onnx
