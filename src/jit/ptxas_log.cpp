// SPDX-License-Identifier: Apache-2.0
#include "jit/ptxas_log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace abut::jit {
namespace {

/// The number before `words`; 0 where there are no such words.
std::int64_t number_before(std::string_view text, std::string_view words) {
    const auto at = text.find(words);
    if (at == std::string_view::npos) return 0;
    const auto before = text.substr(0, at);
    const auto begin = before.find_last_not_of("0123456789") + 1;
    std::int64_t number = 0;
    std::from_chars(before.data() + begin, before.data() + before.size(), number);
    return number;
}

}  // namespace

std::optional<KernelResources> ptxas_resources(std::string_view log, std::string_view kernel) {
    const auto at = log.find(fmt::format("Compiling entry function '{}'", kernel));
    if (at == std::string_view::npos) return std::nullopt;
    auto part = log.substr(at);
    part = part.substr(0, part.find("Compiling entry function", 1));
    return KernelResources{
        .registers = number_before(part, " registers"),
        .shared_bytes = number_before(part, " bytes smem"),
        .spill_bytes = number_before(part, " bytes spill stores") + number_before(part, " bytes spill loads")};
}

}  // namespace abut::jit
