// SPDX-License-Identifier: Apache-2.0
#include "zoo/arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "abut/error.hpp"

namespace abut::zoo {
namespace {

std::pair<std::string_view, std::int64_t> parse_setting(std::string_view setting, std::string_view text) {
    const auto equals = setting.find('=');
    const std::string_view key = setting.substr(0, equals);
    const std::string_view digits = equals == std::string_view::npos ? std::string_view() : setting.substr(equals + 1);
    std::int64_t value = 0;
    const auto [end, code] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (key.empty() || digits.empty() || code != std::errc() || end != digits.data() + digits.size()) {
        throw Error(ErrorCode::InvalidArgument,
                    fmt::format("zoo:{}: expected KEY=INTEGER, found '{}'; write NAME:KEY=VALUE,KEY=VALUE", text, setting));
    }
    return {key, value};
}

}  // namespace

Arguments::Arguments(std::span<const ZooArgument> defaults) {
    for (const ZooArgument& argument : defaults) values_.emplace_back(argument.key, argument.value);
}

void Arguments::set(std::string_view key, std::int64_t value) {
    for (auto& [name, current] : values_) {
        if (name == key) current = value;
    }
}

std::int64_t Arguments::operator[](std::string_view key) const {
    const auto found = std::ranges::find(values_, key, &std::pair<std::string_view, std::int64_t>::first);
    if (found == values_.end())
        throw Error(ErrorCode::InvalidArgument, fmt::format("the network has no argument '{}'", key));
    return found->second;
}

NetworkText parse_network_text(std::string_view text) {
    const auto colon = text.find(':');
    NetworkText result{.name = text.substr(0, colon), .values = {}};
    if (colon == std::string_view::npos) return result;
    for (std::size_t begin = colon + 1; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        result.values.push_back(parse_setting(text.substr(begin, end - begin), text));
        begin = end + 1;
    }
    return result;
}

void check_range(const ZooEntry& entry, const ZooArgument& argument, std::int64_t value) {
    if (value >= argument.smallest && value <= argument.largest) return;
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("zoo:{}: {}={} is out of range; expected {} to {} ({})", entry.name, argument.key, value,
                            argument.smallest, argument.largest, argument.meaning));
}

}  // namespace abut::zoo
