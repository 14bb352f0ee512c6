// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abut/onnx.hpp"

/// Models that are written in protobuf's text format, part by part.
namespace abut::testing_support {

using Texts = std::vector<std::string>;

/// A NodeProto of a graph; `attributes` are texts of AttributeProtos.
std::string node_text(std::string_view operator_name, const Texts& inputs, const Texts& outputs,
                      const Texts& attributes = {});
std::string integer_text(std::string_view name, std::int64_t value);
/// An attribute that is a graph without inputs.
std::string branch_text(std::string_view name, const Texts& nodes, const Texts& outputs);
/// An input or output of a graph.
std::string port_text(std::string_view kind, std::string_view name, DType dtype, const Shape& shape);
/// A constant of a graph.
std::string constant_text(std::string_view name, const Shape& shape, const std::vector<float>& elements);
std::string constant_text(std::string_view name, const Shape& shape, const std::vector<std::int64_t>& elements);
std::string constant_text(std::string_view name, const Shape& shape, const std::vector<bool>& elements);

/// The graph of a model of opset 17 whose GraphProto has these parts.
Graph load_text(const Texts& parts, const OnnxOptions& options = {});

}  // namespace abut::testing_support
