// SPDX-License-Identifier: Apache-2.0
#include "jit/kernel_sources.hpp"

#include <algorithm>

#include "core/fail.hpp"

namespace abut::jit {

std::string_view kernel_source(std::string_view path) {
    const auto files = kernel_files();
    const auto found = std::ranges::find(files, path, &core::EmbeddedFile::path);
    if (found != files.end()) return found->text;
    core::fail(ErrorCode::Unsupported, "this build of Abut has no kernel file '{}' ({} are embedded)", path, files.size());
}

}  // namespace abut::jit
