// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_entry.hpp"

#include <algorithm>
#include <bit>
#include <string_view>

#include "core/hash.hpp"
#include "jit/cache_bytes.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view entry_magic = "ABUTKRNL";
constexpr std::uint64_t entry_format = 2;
// Magic, format, sizes of header, outline, source and binary, place of the binary.
constexpr std::size_t prefix_bytes = 7 * number_bytes;
constexpr std::size_t binary_alignment_bytes = 64;
/// Of each part; more is taken for damage, before any memory is asked for.
constexpr std::uint64_t largest_part_bytes = std::uint64_t{1} << 32U;

struct Parts {
    std::size_t header = 0;
    std::size_t outline = 0;
    std::size_t source = 0;
    std::size_t binary = 0;
    std::size_t binary_offset = 0;

    [[nodiscard]] std::size_t source_end() const { return prefix_bytes + header + outline + source; }
    [[nodiscard]] std::size_t expected_offset() const {
        return (source_end() + binary_alignment_bytes - 1) / binary_alignment_bytes * binary_alignment_bytes;
    }
};

struct Prefix {
    EntryFormat format = EntryFormat::None;
    Parts parts;
};

/// The sizes; None where they can't be an entry's.
Prefix read_parts(ByteReader& in) {
    Parts parts;
    for (auto* size : {&parts.header, &parts.outline, &parts.source, &parts.binary, &parts.binary_offset}) {
        const auto bytes = in.number();
        if (bytes > largest_part_bytes) return {};
        *size = static_cast<std::size_t>(bytes);
    }
    if (in.failed() || parts.binary_offset != parts.expected_offset()) return {};
    return {.format = EntryFormat::Current, .parts = parts};
}

Prefix read_prefix(std::span<const std::byte> start) {
    ByteReader in(start);
    if (!in.has(entry_magic)) return {};
    const auto format = in.number();
    if (in.failed()) return {};
    if (format < entry_format) return {.format = EntryFormat::Older, .parts = {}};
    if (format > entry_format) return {.format = EntryFormat::Newer, .parts = {}};
    return read_parts(in);
}

std::vector<std::byte> header_bytes(const EntryOutline& outline) {
    ByteWriter out;
    out.text(outline.identity);
    out.number(outline.kernels.size());
    for (const auto& kernel : outline.kernels) {
        out.text(kernel.key);
        out.text(kernel.name);
    }
    return std::move(out.bytes());
}

std::optional<EntryHeader> read_header(std::span<const std::byte> bytes) {
    ByteReader in(bytes);
    EntryHeader header{.identity = in.text(), .kernels = {}};
    const auto count = in.count();
    for (std::uint64_t i = 0; i < count && !in.failed(); ++i)
        header.kernels.push_back({.key = in.text(), .name = in.text()});
    if (in.failed() || !in.at_end()) return std::nullopt;
    return header;
}

void write_resources(const std::vector<KernelResources>& resources, ByteWriter& out) {
    out.number(resources.size());
    for (const auto& kernel : resources) {
        for (const auto number : {kernel.registers, kernel.shared_bytes, kernel.spill_bytes})
            out.number(static_cast<std::uint64_t>(number));
    }
}

std::vector<KernelResources> read_resources(ByteReader& in) {
    std::vector<KernelResources> resources(in.count());
    for (auto& kernel : resources) {
        for (auto* number : {&kernel.registers, &kernel.shared_bytes, &kernel.spill_bytes})
            *number = static_cast<std::int64_t>(in.number());
    }
    return resources;
}

std::vector<std::byte> outline_bytes(const EntryOutline& outline) {
    ByteWriter out;
    const auto& metadata = outline.metadata;
    out.number(static_cast<std::uint64_t>(metadata.created));
    out.number(std::bit_cast<std::uint64_t>(metadata.compile_ms));
    out.text(metadata.version);
    out.text(metadata.log);
    write_resources(metadata.resources, out);
    for (const auto& kernel : outline.kernels) {
        out.text(kernel.document);
        out.number(kernel.parameters.size());
        for (const auto& parameter : kernel.parameters) {
            out.text(parameter.name);
            out.number(static_cast<std::uint64_t>(parameter.type));
        }
    }
    return std::move(out.bytes());
}

std::optional<StoredKernel> read_kernel(const KernelTitle& title, ByteReader& in) {
    StoredKernel kernel{.key = title.key, .document = in.text(), .name = title.name, .parameters = {}};
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

std::optional<EntryOutline> read_outline(const EntryHeader& header, std::span<const std::byte> bytes) {
    ByteReader in(bytes);
    EntryOutline outline{.identity = header.identity, .metadata = {}, .kernels = {}};
    outline.metadata.created = static_cast<std::int64_t>(in.number());
    outline.metadata.compile_ms = std::bit_cast<double>(in.number());
    outline.metadata.version = in.text();
    outline.metadata.log = in.text();
    outline.metadata.resources = read_resources(in);
    for (const auto& title : header.kernels) {
        auto kernel = read_kernel(title, in);
        if (!kernel) return std::nullopt;
        outline.kernels.push_back(*std::move(kernel));
    }
    if (in.failed() || !in.at_end()) return std::nullopt;
    return outline;
}

}  // namespace

std::string entry_file_name(const EntryOutline& outline) {
    std::string content = outline.identity;
    for (const auto& kernel : outline.kernels) content += kernel.key;
    return core::hash_hex(content) + entry_suffix;
}

std::vector<std::byte> encode_entry(const CacheEntry& entry) {
    const auto header = header_bytes(entry.outline);
    const auto outline = outline_bytes(entry.outline);
    Parts parts{.header = header.size(),
                .outline = outline.size(),
                .source = entry.source.size(),
                .binary = entry.binary.size(),
                .binary_offset = 0};
    parts.binary_offset = parts.expected_offset();
    ByteWriter out;
    out.bytes().reserve(parts.binary_offset + parts.binary + checksum_bytes);
    out.raw(entry_magic);
    out.number(entry_format);
    for (const auto size : {parts.header, parts.outline, parts.source, parts.binary, parts.binary_offset}) out.number(size);
    out.raw(header);
    out.raw(outline);
    out.raw(entry.source);
    out.bytes().resize(parts.binary_offset);
    out.raw(entry.binary);
    out.checksum();
    return std::move(out.bytes());
}

std::size_t entry_prefix_bytes() {
    return prefix_bytes;
}

EntrySizes read_sizes(std::span<const std::byte> prefix) {
    const auto [format, parts] = read_prefix(prefix);
    if (format != EntryFormat::Current) return {.format = format};
    return {.format = format,
            .header_end_bytes = prefix_bytes + parts.header,
            .outline_end_bytes = prefix_bytes + parts.header + parts.outline,
            .binary_offset_bytes = parts.binary_offset};
}

std::optional<EntryHeader> decode_header(std::span<const std::byte> start) {
    const auto sizes = read_sizes(start);
    if (sizes.format != EntryFormat::Current || sizes.header_end_bytes > start.size()) return std::nullopt;
    return read_header(start.first(sizes.header_end_bytes).subspan(prefix_bytes));
}

std::optional<EntryOutline> decode_outline(std::span<const std::byte> start) {
    const auto sizes = read_sizes(start);
    const auto header = decode_header(start);
    if (!header || sizes.outline_end_bytes > start.size()) return std::nullopt;
    return read_outline(*header, start.first(sizes.outline_end_bytes).subspan(sizes.header_end_bytes));
}

std::optional<CacheEntry> decode_entry(std::span<const std::byte> file) {
    const auto [format, parts] = read_prefix(file);
    if (format != EntryFormat::Current || file.size() != parts.binary_offset + parts.binary + checksum_bytes)
        return std::nullopt;
    if (!checksum_holds(file)) return std::nullopt;
    auto outline = decode_outline(file);
    if (!outline) return std::nullopt;
    const auto source = file.first(parts.source_end()).last(parts.source);
    const auto binary = file.subspan(parts.binary_offset, parts.binary);
    return CacheEntry{.outline = *std::move(outline),
                      .source = {reinterpret_cast<const char*>(source.data()), source.size()},
                      .binary = {binary.begin(), binary.end()}};
}

}  // namespace abut::jit
