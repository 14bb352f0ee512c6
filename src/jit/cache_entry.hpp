// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "jit/kernel_resources.hpp"

/// A file of the kernel cache: one built program, the variants in it, and what is known of them. Numbers are little-endian:
/// magic, format, sizes of the parts and the place of the binary; header; outline; source; zeros up to a multiple of 64; the
/// binary as the driver gave it, which its vendor's tools read from there; XXH3-128 of all of these.
namespace abut::jit {

/// A kernel of a stored program.
struct StoredKernel {
    std::string key;       ///< hash of the document
    std::string document;  ///< variant_document of its spec
    std::string name;      ///< entry point
    std::vector<device::KernelParameter> parameters;
    bool operator==(const StoredKernel&) const = default;
};

/// A variant as an index knows it.
struct KernelTitle {
    std::string key;
    std::string name;
    bool operator==(const KernelTitle&) const = default;
};

/// What an index reads of each file.
struct EntryHeader {
    std::string identity;  ///< Backend::identity() of the device it was built for
    std::vector<KernelTitle> kernels;
    bool operator==(const EntryHeader&) const = default;
};

struct EntryMetadata {
    std::int64_t created = 0;  ///< seconds since 1970
    double compile_ms = 0;
    std::string version;                     ///< of Abut
    std::string log;                         ///< of the compiler
    std::vector<KernelResources> resources;  ///< of each kernel, in their order; empty where unknown
    bool operator==(const EntryMetadata&) const = default;
};

/// All of an entry but source and binary.
struct EntryOutline {
    std::string identity;
    EntryMetadata metadata;
    std::vector<StoredKernel> kernels;
    bool operator==(const EntryOutline&) const = default;
};

struct CacheEntry {
    EntryOutline outline;
    std::string source;
    std::vector<std::byte> binary;
};

/// What names of files of the cache end with.
inline constexpr const char* entry_suffix = ".kernels";
/// The name of the entry's file. Two processes that build the same kernels for the same device give it the same: either may
/// win.
std::string entry_file_name(const EntryOutline& outline);

std::vector<std::byte> encode_entry(const CacheEntry& entry);
/// The entry, or nothing if the bytes are not exactly what encode_entry gives.
std::optional<CacheEntry> decode_entry(std::span<const std::byte> file);

enum class EntryFormat : std::uint8_t {
    Current,
    Older,  ///< not readable any more
    Newer,  ///< of a later Abut, to which it belongs
    None,   ///< no entry at all
};

/// Sizes that the start of a file names, unverified.
struct EntrySizes {
    EntryFormat format = EntryFormat::None;
    std::size_t header_end_bytes = 0;   ///< of a Current one: what decode_header needs
    std::size_t outline_end_bytes = 0;  ///< likewise decode_outline
    std::size_t binary_offset_bytes = 0;
};

/// Bytes from a file's start that read_sizes needs.
std::size_t entry_prefix_bytes();
EntrySizes read_sizes(std::span<const std::byte> prefix);
/// Only the header, unverified: for an index, never for use. `start` are the first header_end_bytes of the file at least.
std::optional<EntryHeader> decode_header(std::span<const std::byte> start);
/// Likewise of the first outline_end_bytes.
std::optional<EntryOutline> decode_outline(std::span<const std::byte> start);

}  // namespace abut::jit
