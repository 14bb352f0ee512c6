// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "abut/onnx.hpp"

namespace abut::cli {

/// A tensor from the bytes of an .npy file (format 1 to 3, C or Fortran order, little-endian). Integers come as Int64,
/// booleans as Bool. Throws IO for what is no such file; InvalidArgument for element types other than float32, integers and
/// booleans, with the way to convert them.
HostTensor parse_npy(std::string_view bytes);

/// The bytes of an .npy file, format 1, C order.
std::string format_npy(const HostTensor& tensor);

}  // namespace abut::cli
