// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_bytes.hpp"

#include <algorithm>

#include "core/hash.hpp"

namespace abut::jit {
namespace {

void write_hash(std::span<const std::byte> bytes, ByteWriter& out) {
    const auto hash = core::content_hash(bytes);
    out.number(hash.high);
    out.number(hash.low);
}

}  // namespace

void ByteWriter::number(std::uint64_t value) {
    for (std::size_t i = 0; i < number_bytes; ++i) bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
}

void ByteWriter::text(std::string_view value) {
    number(value.size());
    raw(value);
}

void ByteWriter::checksum() {
    write_hash(bytes_, *this);
}

std::span<const std::byte> ByteReader::raw(std::uint64_t size) {
    if (size > bytes_.size()) {
        failed_ = true;
        return {};
    }
    const auto result = bytes_.first(static_cast<std::size_t>(size));
    bytes_ = bytes_.subspan(result.size());
    return result;
}

std::uint64_t ByteReader::number() {
    std::uint64_t value = 0;
    const auto bytes = raw(number_bytes);
    for (std::size_t i = 0; i < bytes.size(); ++i) value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
    return value;
}

std::string ByteReader::text() {
    const auto bytes = raw(number());
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool ByteReader::has(std::string_view bytes) {
    return std::ranges::equal(raw(bytes.size()), std::as_bytes(std::span(bytes)));
}

std::uint64_t ByteReader::count() {
    const auto value = number();
    if (value <= bytes_.size() / number_bytes) return value;
    failed_ = true;
    return 0;
}

bool checksum_holds(std::span<const std::byte> file) {
    if (file.size() < checksum_bytes) return false;
    ByteWriter expected;
    write_hash(file.first(file.size() - checksum_bytes), expected);
    return std::ranges::equal(expected.bytes(), file.last(checksum_bytes));
}

}  // namespace abut::jit
