// SPDX-License-Identifier: Apache-2.0
#include "onnx/read_model.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

#include <algorithm>
#include <limits>

#include "core/fail.hpp"
#include "onnx/file_text.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

template <typename Message>
Message parse(std::span<const std::byte> bytes, std::string_view name, std::string_view kind) {
    constexpr auto limit_bytes = static_cast<std::size_t>(std::numeric_limits<int>::max());
    if (bytes.size() > limit_bytes) {
        core::fail(ErrorCode::IO, "{}: {} bytes, over protobuf's limit of 2 GB; keep large tensors as external data", name,
                   bytes.size());
    }
    const google::protobuf::LogSilencer silence;  // protobuf would print what the exception says
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                                  static_cast<int>(bytes.size()));
    Message message;
    if (!message.ParseFromCodedStream(&stream) || !stream.ConsumedEntireMessage()) {
        core::fail(ErrorCode::IO, "{}: not an ONNX {}, or truncated, or nested too deep (reading stopped at byte {} of {})",
                   name, kind, stream.CurrentPosition(), bytes.size());
    }
    return message;
}

}  // namespace

proto::ModelProto parse_model(std::span<const std::byte> bytes, std::string_view name) {
    auto model = parse<proto::ModelProto>(bytes, name, "model");
    if (!model.has_graph()) core::fail(ErrorCode::IO, "{}: not an ONNX model, or truncated: it has no graph", name);
    if (model.opset_import().empty() && model.ir_version() >= 3) {
        core::fail(ErrorCode::IO, "{}: not an ONNX model, or truncated: it names no opset", name);
    }
    return model;
}

proto::TensorProto parse_tensor(std::span<const std::byte> bytes, std::string_view name) {
    auto tensor = parse<proto::TensorProto>(bytes, name, "tensor");
    if (tensor.data_type() == proto::TensorProto::UNDEFINED) {
        core::fail(ErrorCode::IO, "{}: not an ONNX tensor: it has no dtype", name);
    }
    return tensor;
}

OpsetVersion opset_of(const proto::ModelProto& model) {
    OpsetVersion version = 1;  // what a model before IR version 3 means
    for (const auto& opset : model.opset_import()) {
        if (opset.domain().empty() || opset.domain() == "ai.onnx")
            version = std::max<OpsetVersion>(version, opset.version());
    }
    return version;
}

}  // namespace abut::onnx
