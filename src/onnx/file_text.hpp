// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace abut::onnx {

/// `text` with '?' for control characters and for bytes that are no UTF-8.
std::string one_line(std::string_view text);

/// The same for a part of a message; what is beyond 200 bytes is "...".
std::string printable(std::string_view text);

/// All bytes of a file. Throws IO for what is missing, empty, no file, unreadable or over 2 GB; `remedy` says what to do
/// then.
std::string read_file(const std::filesystem::path& file,
                      std::string_view remedy = "a model can keep large tensors as external data");

}  // namespace abut::onnx
