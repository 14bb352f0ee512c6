// SPDX-License-Identifier: Apache-2.0
#include "onnx/annotate_model.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <limits>
#include <span>

#include "core/fail.hpp"
#include "onnx/proto.hpp"
#include "onnx/read_model.hpp"

namespace abut::onnx {

namespace {

using google::protobuf::internal::WireFormatLite;

void add_location(const proto::TensorProto& tensor, std::vector<std::string>& locations) {
    if (tensor.data_location() != proto::TensorProto::EXTERNAL) return;
    for (const auto& entry : tensor.external_data()) {
        if (entry.key() == "location") locations.push_back(entry.value());
    }
}

void add_locations(const proto::GraphProto& graph, std::vector<std::string>& locations) {
    for (const auto& tensor : graph.initializer()) add_location(tensor, locations);
    for (const auto& node : graph.node()) {
        for (const auto& attribute : node.attribute()) {
            add_location(attribute.t(), locations);
            for (const auto& tensor : attribute.tensors()) add_location(tensor, locations);
            if (attribute.has_g()) add_locations(attribute.g(), locations);
            for (const auto& inner : attribute.graphs()) add_locations(inner, locations);
        }
    }
}

// Whether the field that `tag` began is an entry of metadata under `key`; the stream stands behind it then.
bool skip_field(google::protobuf::io::CodedInputStream& stream, std::uint32_t tag, std::string_view key) {
    const auto metadata_tag =
        WireFormatLite::MakeTag(proto::ModelProto::kMetadataPropsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
    if (tag != metadata_tag) {
        core::require(WireFormatLite::SkipField(&stream, tag), "the model's bytes end within a field");
        return false;
    }
    std::uint32_t size_bytes = 0;
    std::string bytes;
    proto::StringStringEntryProto entry;
    const bool sound = stream.ReadVarint32(&size_bytes) && stream.ReadString(&bytes, static_cast<int>(size_bytes)) &&
                       entry.ParseFromString(bytes);
    core::require(sound, "the model's metadata can't be read");
    return entry.key() == key;
}

// Fields of a message may stand in any order and any distance: those that stay are copied as they are.
std::string without_metadata(std::string_view model, std::string_view key) {
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(model.data()),
                                                  static_cast<int>(model.size()));
    std::string kept;
    kept.reserve(model.size());
    for (auto begin = static_cast<std::size_t>(stream.CurrentPosition()); begin < model.size();) {
        const bool is_entry = skip_field(stream, stream.ReadTag(), key);
        const auto end = static_cast<std::size_t>(stream.CurrentPosition());
        if (!is_entry) kept.append(model.substr(begin, end - begin));
        begin = end;
    }
    return kept;
}

}  // namespace

ModelNames model_names(std::string_view model, std::string_view name) {
    const auto proto = parse_model(std::as_bytes(std::span(model)), name);
    ModelNames names;
    for (const auto& input : proto.graph().input()) names.values.insert(input.name());
    for (const auto& node : proto.graph().node()) names.values.insert(node.output().begin(), node.output().end());
    names.values.erase("");
    add_locations(proto.graph(), names.external_locations);
    return names;
}

std::string with_metadata(std::string_view model, std::string_view key, std::string_view text) {
    proto::ModelProto metadata;
    auto& entry = *metadata.add_metadata_props();
    entry.set_key(std::string(key));
    entry.set_value(std::string(text));
    constexpr auto limit_bytes = static_cast<std::size_t>(std::numeric_limits<int>::max());
    if (model.size() > limit_bytes || metadata.ByteSizeLong() > limit_bytes - model.size()) {
        core::fail(ErrorCode::IO, "{} bytes with the metadata, over protobuf's limit of 2 GB",
                   model.size() + metadata.ByteSizeLong());
    }
    // Two messages one after the other are the message with the fields of both.
    return without_metadata(model, key) + metadata.SerializePartialAsString();
}

}  // namespace abut::onnx
