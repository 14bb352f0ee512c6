// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <limits>
#include <set>
#include <utility>

#include "core/printable.hpp"
#include "jit/key_document.hpp"

namespace abut::cli {

namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 60 * minute;
constexpr std::int64_t day = 24 * hour;
constexpr std::size_t columns = 100;

constexpr std::pair<char, std::int64_t> units[] = {{'s', 1}, {'m', minute}, {'h', hour}, {'d', day}, {'w', 7 * day}};

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
    std::int64_t count = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || count < 0 || stop + 1 != text.data() + text.size()) return std::nullopt;
    const auto* const unit = std::ranges::find(units, *stop, &std::pair<char, std::int64_t>::first);
    if (unit == std::end(units) || count > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    return count * unit->second;
}

std::string duration_text(std::int64_t seconds) {
    if (seconds >= 2 * day) return fmt::format("{} days", seconds / day);
    return seconds >= 2 * hour ? fmt::format("{} h", seconds / hour) : fmt::format("{} min", seconds / minute);
}

std::string size_text(std::int64_t bytes) {
    constexpr std::int64_t step = 1000;
    if (bytes < step) return fmt::format("{} B", bytes);
    constexpr double shown_as_next = 999.5;
    auto size = static_cast<double>(bytes) / step;
    for (const auto* unit : {"kB", "MB", "GB"}) {
        if (size < shown_as_next) return fmt::format("{:.3g} {}", size, unit);
        size /= step;
    }
    return fmt::format("{:.0f} TB", size);
}

std::string shortened(std::string_view text, std::size_t most_bytes) {
    constexpr std::string_view rest = "...";
    if (text.size() <= most_bytes) return std::string(text);
    return std::string(text.substr(0, most_bytes - rest.size())).append(rest);
}

std::string wrapped(std::string_view text, std::size_t indent) {
    const std::string one_line = core::one_line(text);
    const std::size_t width = columns - indent;
    std::string_view rest = one_line;
    std::string out;
    while (true) {
        auto end = rest.size();
        if (end > width) {
            end = rest.rfind(' ', width);
            if (end == std::string_view::npos || end == 0) end = width;
        }
        out.append(indent, ' ').append(rest.substr(0, end));
        rest.remove_prefix(std::min(end + static_cast<std::size_t>(rest.substr(end).starts_with(' ')), rest.size()));
        if (rest.empty()) return out;
        out += '\n';
    }
}

std::string state_text(jit::EntryState state) {
    if (state == jit::EntryState::Sound) return {};
    if (state == jit::EntryState::Older) return "of an older version";
    return state == jit::EntryState::Newer ? "of a newer version" : "damaged";
}

std::string state_name(jit::EntryState state) {
    switch (state) {
        case jit::EntryState::Sound:
            return "sound";
        case jit::EntryState::Damaged:
            return "damaged";
        case jit::EntryState::Older:
            return "older";
        case jit::EntryState::Newer:
            return "newer";
    }
    return {};
}

std::string stem_of(const std::string& kernel) {
    return kernel.substr(0, kernel.rfind('_'));
}

std::string variant_key_of(const std::string& kernel) {
    return kernel.substr(kernel.rfind('_') + 1);
}

std::string stems_of(const jit::ListedEntry& entry) {
    std::set<std::string> stems;
    for (const auto& kernel : entry.kernels) stems.insert(stem_of(kernel));
    std::string text;
    for (const auto& stem : stems) text += (text.empty() ? "" : ", ") + stem;
    return entry.is_sound() ? text : state_text(entry.state);
}

std::vector<jit::Field> guard_fields(std::string_view document) {
    constexpr std::string_view before = "parameter ";
    constexpr std::string_view after = " guard";
    std::vector<jit::Field> guards;
    for (auto& [name, value] : jit::fields_of(document)) {
        if (name.starts_with(before) && name.ends_with(after))
            guards.push_back(
                {.name = name.substr(before.size(), name.size() - before.size() - after.size()), .value = std::move(value)});
    }
    return guards;
}

std::string guards_of(std::string_view document) {
    std::string text;
    for (const auto& [parameter, guard] : guard_fields(document))
        text += fmt::format("{}{}:{}", text.empty() ? "" : " ", parameter, guard);
    return text;
}

std::string benefit_number(double benefit) {
    constexpr double most = 1000;
    return benefit < most ? fmt::format("{:.2f}x", benefit) : ">999x";
}

std::string benefit_text(const jit::MeasuredBenefit& benefit) {
    return fmt::format("{} ({} samples)", benefit_number(benefit.benefit), benefit.samples);
}

std::int64_t seconds_since(std::int64_t time) {
    return std::max<std::int64_t>(std::time(nullptr) - time, 0);
}

std::int64_t unused_seconds(const jit::ListedEntry& entry) {
    return seconds_since(std::max(entry.created, entry.use.last_used));
}

}  // namespace abut::cli
