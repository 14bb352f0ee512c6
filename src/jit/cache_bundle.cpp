// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_bundle.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/fail.hpp"
#include "jit/cache_bytes.hpp"
#include "jit/cache_entry.hpp"
#include "jit/cache_files.hpp"
#include "jit/entry_file.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view magic = "ABUTBNDL";
constexpr std::uint64_t format_version = 1;

/// Whether `bytes` are an entry that a cache would find under `name`.
bool is_entry(std::span<const std::byte> bytes, const std::string& name) {
    const auto entry = decode_entry(bytes);
    return entry && entry_file_name(entry->outline) == name;
}

/// The entry's bytes; nothing where a cache would not use it either.
std::optional<std::vector<std::byte>> sound_file(const std::string& directory, const std::string& name) try {
    auto bytes = read_file(directory + "/" + name, whole_file);
    if (!is_entry(bytes, name)) return std::nullopt;
    return bytes;
} catch (const Error&) {
    return std::nullopt;
}

bool is_of_another_format(const std::string& directory, const std::string& name) {
    const auto format = start_if_readable(directory + "/" + name).format;
    return format == EntryFormat::Older || format == EntryFormat::Newer;
}

void require_format(ByteReader& in) {
    if (!in.has(magic)) core::fail(ErrorCode::IO, "expected a bundle of compiled kernels, as `abut cache export` writes it");
    const auto version = in.number();
    if (in.failed() || version != format_version)
        core::fail(ErrorCode::IO, "expected a bundle of format {}, found format {}: export it again", format_version,
                   version);
}

}  // namespace

std::vector<std::byte> encode_bundle(std::span<const BundledFile> files) {
    ByteWriter out;
    out.raw(magic);
    out.number(format_version);
    out.number(files.size());
    for (const auto& file : files) {
        out.text(file.name);
        out.number(file.bytes.size());
        out.raw(file.bytes);
    }
    out.checksum();
    return std::move(out.bytes());
}

std::vector<BundledFile> decode_bundle(std::span<const std::byte> bundle) {
    ByteReader start(bundle);
    require_format(start);
    if (!checksum_holds(bundle)) core::fail(ErrorCode::IO, "the bundle is damaged: its checksum does not hold");
    ByteReader in(bundle.first(bundle.size() - checksum_bytes));
    require_format(in);
    std::vector<BundledFile> files;
    for (auto left = in.count(); left > 0; --left) {
        BundledFile file{.name = in.text(), .bytes = {}};
        const auto bytes = in.raw(in.number());
        if (in.failed()) break;
        file.bytes.assign(bytes.begin(), bytes.end());
        if (!is_entry(file.bytes, file.name))
            core::fail(ErrorCode::IO, "the bundle's entry {} is damaged or of another version: export it again",
                       files.size());
        files.push_back(std::move(file));
    }
    if (in.failed() || !in.at_end()) core::fail(ErrorCode::IO, "the bundle is damaged: its entries don't fill it");
    return files;
}

std::vector<std::byte> export_entries(const std::string& directory, TransferReport& report) {
    std::vector<BundledFile> files;
    for (const auto& name : list_files(directory, entry_suffix)) {
        if (auto bytes = sound_file(directory, name)) {
            files.push_back({.name = name, .bytes = *std::move(bytes)});
        } else if (!is_of_another_format(directory, name)) {
            ++report.damaged;
        }
    }
    report.moved = static_cast<int>(files.size());
    return encode_bundle(files);
}

TransferReport import_entries(std::span<const std::byte> bundle, const std::string& directory) {
    const auto files = decode_bundle(bundle);
    prepare_directory(directory);
    TransferReport report;
    for (const auto& file : files) {
        const bool is_newer = start_if_readable(directory + "/" + file.name).format == EntryFormat::Newer;
        if (is_newer || sound_file(directory, file.name)) {
            ++report.present;
        } else {
            publish_file(directory, file.name, file.bytes);
            ++report.moved;
        }
    }
    return report;
}

}  // namespace abut::jit
