// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace abut::jit {

/// A file of the kernel cache as it stands in a bundle.
struct BundledFile {
    std::string name;
    std::vector<std::byte> bytes;
};

/// One file with the files of a cache: magic, format version, count, name and bytes of each, XXH3-128 of all of these.
std::vector<std::byte> encode_bundle(std::span<const BundledFile> files);

/// The files of a bundle, each a sound entry under the name that the cache gives it. Throws IO with what is wrong, where
/// anything is.
std::vector<BundledFile> decode_bundle(std::span<const std::byte> bundle);

struct TransferReport {
    int moved = 0;    ///< exported, or new in the cache
    int present = 0;  ///< not imported, since the cache has them
    int damaged = 0;  ///< not exported
};

/// The sound entries of the cache in `directory` as a bundle. Throws IO.
std::vector<std::byte> export_entries(const std::string& directory, TransferReport& report);

/// Puts the entries of a bundle into the cache in `directory`, where they lack or are damaged. Throws IO; a bundle that is
/// not sound changes nothing.
TransferReport import_entries(std::span<const std::byte> bundle, const std::string& directory);

}  // namespace abut::jit
