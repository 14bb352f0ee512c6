// SPDX-License-Identifier: Apache-2.0
#include "jit/entry_file.hpp"

#include <span>
#include <vector>

#include "abut/error.hpp"
#include "jit/cache_files.hpp"

namespace abut::jit {
namespace {

using EntryBytes = std::vector<std::byte>;

/// As much as most headers take, so that most files are read in one go.
constexpr std::size_t first_bytes = 8192;

EntryBytes start_of(const std::string& path, std::size_t size) try {
    return read_file(path, size);
} catch (const Error&) {  // a cache does not use it either
    return {};
}

/// What `decode` makes of the part of the file that ends where `end` of its sizes says.
template <class Decoded>
std::optional<Decoded> decoded_start(const std::string& path, std::size_t EntrySizes::*end,
                                     std::optional<Decoded> (*decode)(std::span<const std::byte>)) {
    auto start = start_of(path, first_bytes);
    const auto sizes = read_sizes(start);
    if (sizes.format != EntryFormat::Current) return std::nullopt;
    if (sizes.*end > start.size()) start = start_of(path, sizes.*end);
    return decode(start);
}

}  // namespace

std::optional<EntryHeader> read_header_of(const std::string& path) {
    return decoded_start(path, &EntrySizes::header_end_bytes, decode_header);
}

std::optional<EntryOutline> read_outline_of(const std::string& path) {
    return decoded_start(path, &EntrySizes::outline_end_bytes, decode_outline);
}

EntryFormat format_of_file(const std::string& path) {
    return read_sizes(start_of(path, entry_prefix_bytes())).format;
}

std::optional<CacheEntry> read_sound_entry(const std::string& directory, const std::string& name) {
    return decode_entry(read_file(directory + "/" + name, whole_file));
}

}  // namespace abut::jit
