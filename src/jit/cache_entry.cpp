// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_entry.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "core/hash.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view magic = "ABUTKRNL";
constexpr std::uint64_t format_version = 1;
constexpr std::size_t number_bytes = sizeof(std::uint64_t);
constexpr std::size_t checksum_bytes = 2 * number_bytes;
// Magic, format version, size of the header.
constexpr std::size_t prefix_bytes = 3 * number_bytes;

class Writer {
public:
    void number(std::uint64_t value) {
        for (std::size_t i = 0; i < number_bytes; ++i) bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
    }
    void raw(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    void raw(std::string_view text) { raw(std::as_bytes(std::span(text))); }
    void text(std::string_view value) {
        number(value.size());
        raw(value);
    }
    [[nodiscard]] std::vector<std::byte>& bytes() noexcept { return bytes_; }

private:
    std::vector<std::byte> bytes_;
};

/// Reads what Writer wrote; once anything is missing, every result is empty and failed() holds.
class Reader {
public:
    explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
    std::span<const std::byte> raw(std::uint64_t size) {
        if (size > bytes_.size()) {
            failed_ = true;
            return {};
        }
        const auto result = bytes_.first(static_cast<std::size_t>(size));
        bytes_ = bytes_.subspan(result.size());
        return result;
    }
    std::uint64_t number() {
        std::uint64_t value = 0;
        const auto bytes = raw(number_bytes);
        for (std::size_t i = 0; i < bytes.size(); ++i) value |= static_cast<std::uint64_t>(bytes[i]) << (8 * i);
        return value;
    }
    std::string text() {
        const auto bytes = raw(number());
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    /// How many items follow, of which each takes at least one number.
    std::uint64_t count() {
        const auto value = number();
        if (value <= bytes_.size() / number_bytes) return value;
        failed_ = true;
        return 0;
    }
    [[nodiscard]] bool failed() const noexcept { return failed_; }
    [[nodiscard]] bool at_end() const noexcept { return bytes_.empty(); }

private:
    std::span<const std::byte> bytes_;
    bool failed_ = false;
};

void write_kernel(const StoredKernel& kernel, Writer& out) {
    out.text(kernel.key);
    out.text(kernel.name);
    out.number(kernel.parameters.size());
    for (const auto& parameter : kernel.parameters) {
        out.text(parameter.name);
        out.number(static_cast<std::uint64_t>(parameter.type));
    }
}

std::vector<std::byte> header_bytes(const EntryHeader& header) {
    Writer out;
    out.text(header.identity);
    out.number(header.kernels.size());
    for (const auto& kernel : header.kernels) write_kernel(kernel, out);
    return std::move(out.bytes());
}

std::optional<StoredKernel> read_kernel(Reader& in) {
    StoredKernel kernel{.key = in.text(), .name = in.text(), .parameters = {}};
    const auto count = in.count();
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i) {
        auto name = in.text();
        const auto type = in.number();
        if (type > static_cast<std::uint64_t>(device::ScalarType::Float32)) return std::nullopt;
        kernel.parameters.push_back({.name = std::move(name), .type = static_cast<device::ScalarType>(type)});
    }
    if (in.failed()) return std::nullopt;
    return kernel;
}

std::optional<EntryHeader> read_header(std::span<const std::byte> bytes) {
    Reader in(bytes);
    EntryHeader header{.identity = in.text(), .kernels = {}};
    const auto count = in.count();
    for (std::uint64_t i = 0; i < count; ++i) {
        auto kernel = read_kernel(in);
        if (!kernel) return std::nullopt;
        header.kernels.push_back(*std::move(kernel));
    }
    if (in.failed() || !in.at_end()) return std::nullopt;
    return header;
}

/// `bytes` may be those that `out` holds.
void write_checksum(std::span<const std::byte> bytes, Writer& out) {
    const auto hash = core::content_hash(bytes);
    out.number(hash.high);
    out.number(hash.low);
}

bool checksum_holds(std::span<const std::byte> file) {
    if (file.size() < checksum_bytes) return false;
    const auto content = file.first(file.size() - checksum_bytes);
    Writer expected;
    write_checksum(content, expected);
    return std::ranges::equal(expected.bytes(), file.last(checksum_bytes));
}

}  // namespace

std::vector<std::byte> encode_entry(const EntryHeader& header, std::span<const std::byte> binary) {
    const auto description = header_bytes(header);
    Writer out;
    out.raw(magic);
    out.number(format_version);
    out.number(description.size());
    out.raw(description);
    out.number(binary.size());
    out.raw(binary);
    write_checksum(out.bytes(), out);
    return std::move(out.bytes());
}

std::size_t header_prefix_bytes() {
    return prefix_bytes;
}

std::optional<std::size_t> header_end_bytes(std::span<const std::byte> prefix) {
    Reader in(prefix);
    const auto found = in.raw(magic.size());
    if (in.failed() || !std::ranges::equal(found, std::as_bytes(std::span(magic)))) return std::nullopt;
    const auto version = in.number();
    const auto size = in.number();
    constexpr std::uint64_t largest_header_bytes = 64U << 20U;
    if (in.failed() || version != format_version || size > largest_header_bytes) return std::nullopt;
    return prefix_bytes + static_cast<std::size_t>(size);
}

std::optional<EntryHeader> decode_header(std::span<const std::byte> start) {
    const auto end = header_end_bytes(start);
    if (!end || *end > start.size()) return std::nullopt;
    return read_header(start.subspan(prefix_bytes, *end - prefix_bytes));
}

std::optional<CacheEntry> decode_entry(std::span<const std::byte> file) {
    if (!checksum_holds(file)) return std::nullopt;
    auto header = decode_header(file);
    if (!header) return std::nullopt;
    Reader in(file.first(file.size() - checksum_bytes).subspan(*header_end_bytes(file)));
    const auto binary = in.raw(in.number());
    if (in.failed() || !in.at_end()) return std::nullopt;
    return CacheEntry{.header = *std::move(header), .binary = {binary.begin(), binary.end()}};
}

}  // namespace abut::jit
