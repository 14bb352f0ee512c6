// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "core/embedded_file.hpp"

namespace abut::jit {

/// The files of kernels/: "cpu/conv2d.cl".
std::span<const core::EmbeddedFile> kernel_files();
/// Text of the file at `path`. Throws Unsupported if this build has none.
std::string_view kernel_source(std::string_view path);

/// Where the generator finds files: path -> text that outlives the call. kernel_source, or another in tests.
using KernelSources = std::function<std::string_view(std::string_view path)>;

}  // namespace abut::jit
