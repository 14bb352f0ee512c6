// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// Parses a model. Throws IO, naming `name`, for what is no ONNX model.
proto::ModelProto parse_model(std::span<const std::byte> bytes, std::string_view name);

/// Parses a tensor likewise.
proto::TensorProto parse_tensor(std::span<const std::byte> bytes, std::string_view name);

/// The version of ONNX's own operators.
OpsetVersion opset_of(const proto::ModelProto& model);

}  // namespace abut::onnx
