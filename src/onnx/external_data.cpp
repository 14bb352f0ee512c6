// SPDX-License-Identifier: Apache-2.0
#include "onnx/external_data.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <optional>

#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/proto.hpp"

namespace abut::onnx {

namespace {

namespace fs = std::filesystem;

struct ExternalData {
    std::string location;
    std::int64_t offset_bytes = 0;
    std::optional<std::int64_t> size_bytes;
};

std::int64_t parse_number(const proto::StringStringEntryProto& entry) {
    std::int64_t number = 0;
    const std::string& text = entry.value();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool valid = error == std::errc{} && end == text.data() + text.size() && number >= 0;
    core::require(valid, "external data: '{}' is '{}', not a number of bytes", entry.key(), core::printable(text));
    return number;
}

ExternalData parse(const proto::TensorProto& tensor) {
    ExternalData data;
    for (const auto& entry : tensor.external_data()) {
        if (entry.key() == "location") data.location = entry.value();
        if (entry.key() == "offset") data.offset_bytes = parse_number(entry);
        if (entry.key() == "length") data.size_bytes = parse_number(entry);
    }
    core::require(!data.location.empty(), "external data without a location");
    return data;
}

// Links are resolved before the comparison, so that none leads out either.
fs::path resolve(const std::string& location, const fs::path& directory) {
    const bool inside = location.find('\0') == std::string::npos && fs::path(location).is_relative();
    core::require(inside, "external data: location '{}' is not a path below the model's directory",
                  core::printable(location));
    std::error_code error;
    const fs::path root = fs::weakly_canonical(directory.empty() ? fs::path(".") : directory, error);
    fs::path file = error ? fs::path() : fs::weakly_canonical(root / location, error);
    if (error) core::fail(ErrorCode::IO, "external data: {}: {}", core::printable(location), error.message());
    const bool below = std::mismatch(root.begin(), root.end(), file.begin(), file.end()).first == root.end();
    core::require(below, "external data: location '{}' leaves the model's directory", core::printable(location));
    return file;
}

}  // namespace

std::string read_external_data(const proto::TensorProto& tensor, const fs::path& directory, std::int64_t size_bytes) {
    const ExternalData data = parse(tensor);
    core::require(data.size_bytes.value_or(size_bytes) == size_bytes,
                  "external data: length is {} bytes where the shape needs {}", data.size_bytes.value_or(0), size_bytes);
    const fs::path file = resolve(data.location, directory);
    std::error_code error;
    const auto found_bytes = fs::file_size(file, error);
    if (error) core::fail(ErrorCode::IO, "external data: {}: {}", core::printable(file.string()), error.message());
    if (static_cast<std::uint64_t>(data.offset_bytes) > found_bytes ||
        static_cast<std::uint64_t>(size_bytes) > found_bytes - static_cast<std::uint64_t>(data.offset_bytes)) {
        core::fail(ErrorCode::IO, "external data: {} has {} bytes; {} are needed from byte {} on",
                   core::printable(file.string()), found_bytes, size_bytes, data.offset_bytes);
    }
    std::ifstream stream(file, std::ios::binary);
    std::string bytes(static_cast<std::size_t>(size_bytes), '\0');
    stream.seekg(data.offset_bytes);
    stream.read(bytes.data(), size_bytes);
    if (!stream) core::fail(ErrorCode::IO, "external data: {} can't be read", core::printable(file.string()));
    return bytes;
}

}  // namespace abut::onnx
