// SPDX-License-Identifier: Apache-2.0
#include "jit/entry_file.hpp"

#include <cstddef>
#include <vector>

#include "abut/error.hpp"
#include "jit/cache_files.hpp"

namespace abut::jit {
namespace {

struct FileStart {
    std::vector<std::byte> bytes;
    EntryFormat format = EntryFormat::None;
};

/// The file's part that ends where `end` of its sizes says, and maybe more.
std::optional<FileStart> read_until(const std::string& path, std::size_t EntrySizes::*end, const CacheSystem& system) {
    constexpr std::size_t first_bytes = 8192;  // as much as most headers take, so that most files are read in one go
    auto bytes = read_file_if_there(path, first_bytes, system);
    if (!bytes) return std::nullopt;
    const auto sizes = read_sizes(*bytes);
    if (sizes.*end > bytes->size()) bytes = read_file_if_there(path, sizes.*end, system);
    if (!bytes) return std::nullopt;
    return FileStart{.bytes = *std::move(bytes), .format = sizes.format};
}

}  // namespace

std::optional<EntryStart> read_start_of(const std::string& path, const CacheSystem& system) {
    const auto start = read_until(path, &EntrySizes::header_end_bytes, system);
    if (!start) return std::nullopt;
    return EntryStart{.format = start->format, .header = decode_header(start->bytes)};
}

EntryStart start_if_readable(const std::string& path) try {
    return read_start_of(path).value_or(EntryStart{});
} catch (const Error&) {  // a cache does not use it either
    return {};
}

std::optional<EntryOutline> read_outline_of(const std::string& path) try {
    const auto start = read_until(path, &EntrySizes::outline_end_bytes, {});
    return start ? decode_outline(start->bytes) : std::nullopt;
} catch (const Error&) {  // likewise
    return std::nullopt;
}

std::optional<CacheEntry> read_sound_entry(const std::string& directory, const std::string& name) {
    return decode_entry(read_file(directory + "/" + name, whole_file));
}

}  // namespace abut::jit
