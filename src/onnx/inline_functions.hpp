// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// Replaces the nodes that call functions of the model by what these consist of, however deep they call each other, also in
/// the branches of nodes. Values and nodes of a call get its name before theirs. Throws InvalidArgument for functions that
/// call themselves and for calls that don't fit, Unsupported for a function of another opset than the model's; both name the
/// node.
void inline_functions(proto::ModelProto& model);

}  // namespace abut::onnx
