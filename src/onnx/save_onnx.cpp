// SPDX-License-Identifier: Apache-2.0
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <limits>

#include "abut/onnx.hpp"
#include "core/checked.hpp"
#include "onnx/export_graph.hpp"
#include "onnx/file_text.hpp"
#include "onnx/proto.hpp"
#include "onnx/publish_file.hpp"

namespace abut::inline v0 {

namespace {

// Equal graphs give equal files.
std::string serialized(const onnx::proto::ModelProto& model) {
    std::string bytes;
    google::protobuf::io::StringOutputStream stream(&bytes);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    model.SerializeWithCachedSizes(&coded);
    coded.Trim();
    return bytes;
}

void require_within_limit(const Graph& graph, const std::string& name) {
    std::int64_t bytes = 0;
    for (const Value& value : graph.values()) {
        if (value.is_constant()) bytes = core::checked_add(bytes, element_count(value.shape) * size_bytes(value.dtype));
    }
    if (bytes <= std::numeric_limits<int>::max() / 2) return;
    core::fail(ErrorCode::IO, "{}: {} bytes of constants are too many for one ONNX file", name, bytes);
}

}  // namespace

void save_onnx(const Graph& graph, const std::filesystem::path& file) {
    const std::string name = onnx::printable(file.string());
    require_within_limit(graph, name);
    onnx::proto::ModelProto model;
    try {
        onnx::export_graph(graph, model);
    } catch (const Error& error) {
        core::fail(error.code(), "{}: {}", name, error.what());
    }
    (void)model.ByteSizeLong();  // what SerializeWithCachedSizes relies on
    onnx::publish_file(file, serialized(model));
}

}  // namespace abut::inline v0
