// SPDX-License-Identifier: Apache-2.0
#include "jit/known_variants.hpp"

#include <algorithm>
#include <utility>

#include "jit/cache_files.hpp"
#include "jit/cache_usage.hpp"
#include "jit/entry_file.hpp"

namespace abut::jit {
namespace {

std::vector<std::string> newest_files(const std::string& directory, std::size_t most) {
    auto files = list_files(directory, entry_suffix);
    if (files.size() <= most) return files;
    std::vector<std::pair<std::int64_t, std::string>> by_time;
    for (auto& file : files) {
        const auto facts = file_facts(directory + "/" + file);
        by_time.emplace_back(facts ? facts->modified : 0, std::move(file));
    }
    std::ranges::sort(by_time, std::ranges::greater{});
    by_time.resize(most);
    files.clear();
    for (auto& [time, file] : by_time) files.push_back(std::move(file));
    return files;
}

}  // namespace

std::vector<KnownVariant> known_variants(const std::string& directory, std::size_t most_entries) {
    std::vector<KnownVariant> known;
    for (const auto& file : newest_files(directory, most_entries)) {
        const auto outline = read_outline_of(directory + "/" + file);
        if (!outline) continue;
        for (const auto& kernel : outline->kernels)
            known.push_back({.entry = key_of_file(file), .identity = outline->identity, .document = kernel.document});
    }
    return known;
}

}  // namespace abut::jit
