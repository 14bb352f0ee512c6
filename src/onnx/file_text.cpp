// SPDX-License-Identifier: Apache-2.0
#include "onnx/file_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <fstream>
#include <limits>
#include <vector>

#include "core/fail.hpp"
#include "core/printable.hpp"

namespace abut::onnx {

namespace {

namespace fs = std::filesystem;

/// Protobuf reads no more; devices and pipes may never end.
constexpr std::size_t most_bytes = std::numeric_limits<int>::max();

[[noreturn]] void fail_io(const fs::path& file, std::string_view what) {
    core::fail(ErrorCode::IO, "{}: {}", core::printable(file.string()), what);
}

}  // namespace

std::string read_file(const fs::path& file, std::string_view remedy) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (!fs::exists(status)) fail_io(file, "no such file");
    if (fs::is_directory(status)) fail_io(file, "is a directory, not a file");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) fail_io(file, "can't be opened for reading");
    std::string bytes;
    const auto expected_bytes = fs::is_regular_file(status) ? fs::file_size(file, error) : 0;
    if (!error) bytes.reserve(std::min<std::uintmax_t>(expected_bytes, most_bytes));
    std::vector<char> chunk(std::size_t{1} << 20U);
    while (stream.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || stream.gcount() > 0) {
        bytes.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
        if (bytes.size() > most_bytes) fail_io(file, fmt::format("has more than 2 GB, the most that is read; {}", remedy));
    }
    if (stream.bad()) fail_io(file, "can't be read");
    if (bytes.empty()) fail_io(file, "is empty");
    return bytes;
}

}  // namespace abut::onnx
