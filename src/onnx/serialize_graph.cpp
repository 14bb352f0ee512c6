// SPDX-License-Identifier: Apache-2.0
#include "onnx/serialize_graph.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <limits>

#include "core/checked.hpp"
#include "core/fail.hpp"
#include "onnx/export_graph.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

std::string serialized(const proto::ModelProto& model) {
    std::string bytes;
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    model.SerializeWithCachedSizes(&coded);
    coded.Trim();
    return bytes;
}

void require_within_limit(const Graph& graph, std::string_view name) {
    std::int64_t bytes = 0;
    for (const Value& value : graph.values()) {
        if (value.is_constant()) bytes = core::checked_add(bytes, element_count(value.shape) * size_bytes(value.dtype));
    }
    if (bytes <= std::numeric_limits<int>::max() / 2) return;
    core::fail(ErrorCode::IO, "{}: {} bytes of constants are too many for one ONNX file", name, bytes);
}

}  // namespace

std::string serialize_graph(const Graph& graph, std::string_view name) {
    require_within_limit(graph, name);
    proto::ModelProto model;
    try {
        export_graph(graph, model);
    } catch (const Error& error) {
        core::fail(error.code(), "{}: {}", name, error.what());
    }
    (void)model.ByteSizeLong();  // what SerializeWithCachedSizes relies on
    return serialized(model);
}

}  // namespace abut::onnx
