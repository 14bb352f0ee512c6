// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_entry.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "core/hash.hpp"
#include "jit/cache_bytes.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view entry_magic = "ABUTKRNL";
constexpr std::uint64_t entry_format = 1;
// Magic, format version, size of the header.
constexpr std::size_t prefix_bytes = 3 * number_bytes;

void write_kernel(const StoredKernel& kernel, ByteWriter& out) {
    out.text(kernel.key);
    out.text(kernel.name);
    out.number(kernel.parameters.size());
    for (const auto& parameter : kernel.parameters) {
        out.text(parameter.name);
        out.number(static_cast<std::uint64_t>(parameter.type));
    }
}

std::vector<std::byte> header_bytes(const EntryHeader& header) {
    ByteWriter out;
    out.text(header.identity);
    out.number(header.kernels.size());
    for (const auto& kernel : header.kernels) write_kernel(kernel, out);
    return std::move(out.bytes());
}

std::optional<StoredKernel> read_kernel(ByteReader& in) {
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
    ByteReader in(bytes);
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

}  // namespace

std::string entry_file_name(const EntryHeader& header) {
    std::string content = header.identity;
    for (const auto& kernel : header.kernels) content += kernel.key;
    return core::content_hash(content).hex() + entry_suffix;
}

std::vector<std::byte> encode_entry(const EntryHeader& header, std::span<const std::byte> binary) {
    const auto description = header_bytes(header);
    ByteWriter out;
    out.raw(entry_magic);
    out.number(entry_format);
    out.number(description.size());
    out.raw(description);
    out.number(binary.size());
    out.raw(binary);
    out.checksum();
    return std::move(out.bytes());
}

std::size_t header_prefix_bytes() {
    return prefix_bytes;
}

std::optional<std::size_t> header_end_bytes(std::span<const std::byte> prefix) {
    ByteReader in(prefix);
    const auto found = in.raw(entry_magic.size());
    if (in.failed() || !std::ranges::equal(found, std::as_bytes(std::span(entry_magic)))) return std::nullopt;
    const auto version = in.number();
    const auto size = in.number();
    constexpr std::uint64_t largest_header_bytes = 64U << 20U;
    if (in.failed() || version != entry_format || size > largest_header_bytes) return std::nullopt;
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
    ByteReader in(file.first(file.size() - checksum_bytes).subspan(*header_end_bytes(file)));
    const auto binary = in.raw(in.number());
    if (in.failed() || !in.at_end()) return std::nullopt;
    return CacheEntry{.header = *std::move(header), .binary = {binary.begin(), binary.end()}};
}

}  // namespace abut::jit
