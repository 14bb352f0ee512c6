// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "onnx/host_tensor.hpp"
#include "onnx/proto_forward.hpp"

namespace abut::onnx {

/// The elements of `tensor`, which loses them where they can be taken without a copy. External data is looked for below
/// `directory`. Throws InvalidArgument where dims and data disagree, Unsupported for dtypes such as strings.
HostTensor read_tensor(proto::TensorProto& tensor, const std::filesystem::path& directory);

/// The same for a tensor that must keep its elements.
HostTensor copy_tensor(const proto::TensorProto& tensor, const std::filesystem::path& directory);

/// "int64" for a code of TensorProto::DataType, for messages.
std::string dtype_name(int code);

}  // namespace abut::onnx
