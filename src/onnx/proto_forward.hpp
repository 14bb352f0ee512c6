// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

// The messages of onnx.proto, for headers: protobuf's own are large.
namespace onnx {
class AttributeProto;
class GraphProto;
class ModelProto;
class NodeProto;
class TensorProto;
class ValueInfoProto;
}  // namespace onnx

namespace abut::onnx {

namespace proto = ::onnx;  // inside abut, onnx is this part of Abut

using OpsetVersion = std::int64_t;

}  // namespace abut::onnx
