// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "abut/onnx.hpp"
#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// The graph of a parsed model, which loses its constants' elements. Errors name the node but not the file.
Graph import_model(proto::ModelProto& model, const std::filesystem::path& directory, const OnnxOptions& options);

/// Throws InvalidArgument for an input that is no tensor, Unsupported for dtypes that no tensor of a graph has.
DType input_dtype(const proto::ValueInfoProto& input);

}  // namespace abut::onnx
