// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// The bytes of a tensor whose elements lie in another file, below `directory`. Throws IO if the file is missing or too
/// short, InvalidArgument if the location leaves `directory`.
std::string read_external_data(const proto::TensorProto& tensor, const std::filesystem::path& directory,
                               std::int64_t size_bytes);

}  // namespace abut::onnx
