// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace abut::onnx {

/// All bytes of a file. Throws IO for what is missing, empty, no file, unreadable or over 2 GB; `remedy` says what to do
/// then.
std::string read_file(const std::filesystem::path& file,
                      std::string_view remedy = "a model can keep large tensors as external data");

}  // namespace abut::onnx
