// SPDX-License-Identifier: Apache-2.0
#include "jit/kernel_sources.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>

#include "core/fail.hpp"

namespace abut::jit {

std::string_view kernel_source(std::string_view path) {
    const auto files = kernel_files();
    const auto found = std::ranges::find(files, path, &core::EmbeddedFile::path);
    if (found != files.end()) return found->text;
    core::fail(ErrorCode::Unsupported, "this build of Abut has no kernel file '{}' ({} are embedded)", path, files.size());
}

KernelSources sources_for_compiling_anew() {
    const auto now = std::chrono::system_clock::now().time_since_epoch().count();
    auto texts = std::make_shared<std::map<std::string, std::string, std::less<>>>();
    for (const auto& file : kernel_files())
        texts->emplace(file.path, fmt::format("{}\n// compiled anew: {}\n", file.text, now));
    return [texts](std::string_view path) -> std::string_view {
        const auto found = texts->find(path);
        return found != texts->end() ? found->second : kernel_source(path);
    };
}

}  // namespace abut::jit
