// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace abut::onnx {

/// A file that is to appear and its bytes.
struct NewFile {
    std::filesystem::path path;
    std::string bytes;
};

/// Replaces files by new ones: all are written beside their places before the first takes its own, and readers see the
/// old file or the new one. Throws IO, and then leaves nothing half-written behind.
void publish_files(const std::vector<NewFile>& files);

/// The same for one file.
void publish_file(const std::filesystem::path& path, std::string_view bytes);

/// Throws IO, as publish_file would, where no file can be written; for a check before long work.
void require_publishable(const std::filesystem::path& path);

}  // namespace abut::onnx
