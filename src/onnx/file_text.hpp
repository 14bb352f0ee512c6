// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace abut::onnx {

/// `text` with '?' for control characters.
std::string one_line(std::string_view text);

/// `text` fit for one line of a message: control characters become '?', and what is beyond 200 characters "...".
std::string printable(std::string_view text);

/// All bytes of a file. Throws IO for what is missing, empty, no file or unreadable.
std::string read_file(const std::filesystem::path& file);

}  // namespace abut::onnx
