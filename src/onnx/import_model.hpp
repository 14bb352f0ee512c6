// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <unordered_set>

#include "abut/onnx.hpp"
#include "onnx/node_import.hpp"
#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// The graph of a parsed model, which loses its constants' elements. Errors name the node but not the file.
Graph import_model(proto::ModelProto& model, const std::filesystem::path& directory, const OnnxOptions& options);

// The parts of it, for what looks at nodes one by one.

/// Inputs and constants, and no node yet.
ImportState begin_import(proto::ModelProto& model, const std::filesystem::path& directory, const OnnxOptions& options);

struct NodeNames {
    std::unordered_set<std::string> given;    ///< inputs and constants
    std::unordered_set<std::string> results;  ///< of nodes
};

NodeNames node_names(const ImportState& state, const proto::GraphProto& graph);

/// One node whose inputs are there. Errors name it.
void import_node(ImportState& state, const proto::NodeProto& node, const NodeNames& names);

/// The graph's outputs; all must be there.
void import_outputs(ImportState& state, const proto::GraphProto& graph);

/// Throws InvalidArgument for an input that is no tensor, Unsupported for dtypes that no tensor of a graph has.
DType input_dtype(const proto::ValueInfoProto& input);

}  // namespace abut::onnx
