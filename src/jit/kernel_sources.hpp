// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/embedded_file.hpp"
#include "core/hash.hpp"

namespace abut::jit {

/// The files of kernels/: "cpu/conv2d.cl".
std::span<const core::EmbeddedFile> kernel_files();
/// Text of the file at `path`. Throws Unsupported if this build has none.
std::string_view kernel_source(std::string_view path);

/// From a variant's document to its key.
using KeyHash = std::function<std::string(std::string_view document)>;

inline std::string hash_key(std::string_view document) {
    return core::hash_hex(document);
}

/// Where the generator finds files, and how it names variants. kernel_source and hash_key, or others in tests.
struct KernelSources {
    template <class File>
    requires std::invocable<const File&, std::string_view> &&(!std::same_as<File, KernelSources>)
        KernelSources(File find_file, KeyHash key_hash = hash_key)  // NOLINT(google-explicit-constructor)
        : file(std::move(find_file)),
          hash(std::move(key_hash)) {}

    std::string_view operator()(std::string_view path) const { return file(path); }

    std::function<std::string_view(std::string_view path)> file;  ///< text that outlives the call
    KeyHash hash;
};

/// Files with a comment that no text had before, so that no cache has what a driver makes of them, its own included.
KernelSources sources_for_compiling_anew();

}  // namespace abut::jit
