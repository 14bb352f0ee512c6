// SPDX-License-Identifier: Apache-2.0
#include "onnx/file_text.hpp"

#include <fstream>
#include <sstream>
#include <utility>

#include "core/fail.hpp"

namespace abut::onnx {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail_io(const fs::path& file, std::string_view what) {
    core::fail(ErrorCode::IO, "{}: {}", printable(file.string()), what);
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& character : line) {
        if (static_cast<unsigned char>(character) < 0x20 || character == 0x7f) character = '?';
    }
    return line;
}

std::string printable(std::string_view text) {
    constexpr std::size_t longest = 200;
    const std::string line = one_line(text.substr(0, longest));
    return text.size() > longest ? line + "..." : line;
}

std::string read_file(const fs::path& file) {
    std::error_code error;
    const fs::file_status status = fs::status(file, error);
    if (!fs::exists(status)) fail_io(file, "no such file");
    if (fs::is_directory(status)) fail_io(file, "is a directory, not a file");
    std::ifstream stream(file, std::ios::binary);
    if (!stream) fail_io(file, "can't be opened for reading");
    std::ostringstream text;
    text << stream.rdbuf();
    std::string bytes = std::move(text).str();
    if (stream.bad()) fail_io(file, "can't be read");
    if (bytes.empty()) fail_io(file, "is empty");
    return bytes;
}

}  // namespace abut::onnx
