// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "device/backend.hpp"

namespace abut::jit {

/// A kernel of a stored program.
struct StoredKernel {
    std::string key;   ///< variant_key of its spec
    std::string name;  ///< entry point
    std::vector<device::KernelParameter> parameters;
    bool operator==(const StoredKernel&) const = default;
};

/// What a file of the kernel cache says before its binary.
struct EntryHeader {
    std::string identity;  ///< Backend::identity() of the device it was built for
    std::vector<StoredKernel> kernels;
    bool operator==(const EntryHeader&) const = default;
};

struct CacheEntry {
    EntryHeader header;
    std::vector<std::byte> binary;
};

/// What names of files of the cache end with.
inline constexpr const char* entry_suffix = ".kernels";
/// The name of the entry's file. Two processes that build the same kernels for the same device give it the same: either may
/// win.
std::string entry_file_name(const EntryHeader& header);

/// The bytes of a file: magic, format version, sizes, header, binary, XXH3-128 of all of these. Numbers are little-endian.
std::vector<std::byte> encode_entry(const EntryHeader& header, std::span<const std::byte> binary);
/// The entry, or nothing if the bytes are not exactly what encode_entry gives.
std::optional<CacheEntry> decode_entry(std::span<const std::byte> file);

/// Bytes from a file's start that decode_header needs to know the header's size.
std::size_t header_prefix_bytes();
/// Bytes of prefix and header together, or nothing where the prefix is not of an entry. Nothing is verified but this.
std::optional<std::size_t> header_end_bytes(std::span<const std::byte> prefix);
/// Only the header, unverified: for an index, never for use. `start` are the first header_end_bytes() of the file.
std::optional<EntryHeader> decode_header(std::span<const std::byte> start);

}  // namespace abut::jit
