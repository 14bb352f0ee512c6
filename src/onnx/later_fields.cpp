// SPDX-License-Identifier: Apache-2.0
#include "onnx/later_fields.hpp"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

namespace abut::onnx {

std::vector<std::string> delimited_fields(const std::string& encoded, int number) {
    using google::protobuf::internal::WireFormatLite;
    google::protobuf::io::CodedInputStream stream(reinterpret_cast<const std::uint8_t*>(encoded.data()),
                                                  static_cast<int>(encoded.size()));
    std::vector<std::string> found;
    while (const std::uint32_t tag = stream.ReadTag()) {
        const bool is_wanted = WireFormatLite::GetTagFieldNumber(tag) == number &&
                               WireFormatLite::GetTagWireType(tag) == WireFormatLite::WIRETYPE_LENGTH_DELIMITED;
        if (!is_wanted) {
            if (!WireFormatLite::SkipField(&stream, tag)) return found;
            continue;
        }
        std::uint32_t length = 0;
        std::string content;
        if (!stream.ReadVarint32(&length) || !stream.ReadString(&content, static_cast<int>(length))) return found;
        found.push_back(std::move(content));
    }
    return found;
}

}  // namespace abut::onnx
