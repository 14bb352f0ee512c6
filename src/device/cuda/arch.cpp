// SPDX-License-Identifier: Apache-2.0
#include "device/cuda/arch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/fail.hpp"

namespace abut::inline v0::device::cuda {
namespace {

constexpr std::string_view prefix = "sm_";

struct Chip {
    int arch;
    int multiprocessors;
};

constexpr Chip largest_chips[] = {{75, 72},  {80, 108},  {86, 84},   {87, 16},  {88, 16},   {89, 142},
                                  {90, 132}, {100, 148}, {103, 148}, {110, 20}, {120, 188}, {121, 48}};

bool is_suffix(std::string_view text) {
    return text.empty() || text == "a" || text == "f";
}

std::string listed(std::span<const int> known) {
    std::string text;
    for (const int arch : known) text += fmt::format("{}{}{}", text.empty() ? "" : ", ", prefix, arch);
    return text;
}

}  // namespace

Arch parse_arch(std::string_view text) {
    Arch arch;
    if (text.starts_with(prefix)) {
        const auto* const end = text.data() + text.size();
        const auto [rest, error] = std::from_chars(text.data() + prefix.size(), end, arch.number);
        arch.suffix = std::string(rest, end);
        if (error == std::errc() && arch.number > 0 && is_suffix(arch.suffix)) return arch;
    }
    core::fail_invalid("architecture '{}': expected one like sm_80 or sm_90a", text);
}

std::string to_string(const Arch& arch) {
    return fmt::format("{}{}{}", prefix, arch.number, arch.suffix);
}

Arch arch_of_devices(Arch arch) {
    constexpr int first_with_suffix = 90;
    if (arch.number >= first_with_suffix && arch.suffix.empty()) arch.suffix = "a";
    return arch;
}

int multiprocessors_of(const Arch& arch) {
    const auto found = std::ranges::find(largest_chips, arch.number, &Chip::arch);
    if (found != std::end(largest_chips)) return found->multiprocessors;
    return std::ranges::max(largest_chips, {}, &Chip::multiprocessors).multiprocessors;
}

Target target_for(const Arch& wanted, std::span<const int> known, std::string_view compiler) {
    if (std::ranges::find(known, wanted.number) != known.end()) return {.arch = to_string(wanted)};
    int nearest = 0;
    for (const int arch : known) {
        if (arch < wanted.number) nearest = std::max(nearest, arch);
    }
    // Code with a suffix runs nowhere else, so the older one has none.
    if (nearest > 0) return {.arch = to_string({.number = nearest, .suffix = {}}), .exact = false};
    core::fail(ErrorCode::Compiler, "{} can't compile for {}; it knows {}", compiler, to_string(wanted), listed(known));
}

}  // namespace abut::inline v0::device::cuda
