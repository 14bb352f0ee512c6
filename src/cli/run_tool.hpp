// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace abut::cli {

/// A file in the system's directory for temporary ones, gone at the end of the scope.
class ScratchFile {
public:
    /// Throws IO.
    explicit ScratchFile(std::span<const std::byte> bytes);
    ~ScratchFile();
    ScratchFile(const ScratchFile&) = delete;
    ScratchFile& operator=(const ScratchFile&) = delete;
    [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
    std::string path_;
};

/// What a program prints; nothing where no such program is found. Throws IO where it fails.
std::optional<std::string> output_of_tool(const std::vector<std::string>& command);

}  // namespace abut::cli
