// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace abut::onnx {

/// The contents of the length-delimited field `number` of an encoded message: fields that onnx.proto got after the version
/// that Abut is built with.
std::vector<std::string> delimited_fields(const std::string& encoded, int number);

}  // namespace abut::onnx
