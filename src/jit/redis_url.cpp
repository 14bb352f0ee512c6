// SPDX-License-Identifier: Apache-2.0
#include "jit/redis_url.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/fail.hpp"
#include "core/printable.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view url_form = "redis://[USER@]HOST[:PORT][/DATABASE], or rediss:// for TLS";

[[noreturn]] void refuse_url(std::string_view text, std::string_view found) {
    core::fail_invalid("'{}': expected {}; {}", text, url_form, found);
}

/// Cuts `text` behind the first `mark`; what stood before it.
std::optional<std::string_view> cut_front(std::string_view& text, char mark) {
    const auto place = text.find(mark);
    if (place == std::string_view::npos) return std::nullopt;
    const auto front = text.substr(0, place);
    text.remove_prefix(place + 1);
    return front;
}

std::optional<int> number_of(std::string_view text, int largest) {
    int number = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = error == std::errc{} && stop == text.data() + text.size() && text.front() != '-';
    return is_whole && number <= largest ? std::optional(number) : std::nullopt;
}

bool is_host(std::string_view text) {
    const auto belongs = [](unsigned char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
               c == '_' || c == ':' || c == '%';
    };
    return !text.empty() && std::ranges::all_of(text, belongs);
}

bool is_url_text(std::string_view text) {
    return std::ranges::all_of(text, [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

}  // namespace

RedisUrl parse_redis_url(std::string_view text) {
    constexpr std::size_t largest_url_bytes = 1024;  // a host has at most 253 (RFC 1035)
    constexpr int largest_port = 65535;
    constexpr int largest_database = 1 << 20;
    if (text.size() > largest_url_bytes)
        core::fail_invalid("a URL of {} bytes: expected at most {}, as {}", text.size(), largest_url_bytes, url_form);
    RedisUrl url;
    auto rest = text;
    if (rest.starts_with("redis://")) {
        rest.remove_prefix(8);
    } else if (rest.starts_with("rediss://")) {
        rest.remove_prefix(9);
        url.tls = true;
    } else {
        const auto scheme = text.substr(0, text.find("://"));
        core::fail_invalid("a cache at {}://: expected {}", core::printable(scheme), url_form);
    }
    // The last one: a password may have more.
    if (const auto at = rest.rfind('@'); at != std::string_view::npos) {
        const auto user = rest.substr(0, at);
        if (user.find(':') != std::string_view::npos)
            core::fail_invalid("a URL with a password: expected {}, and the password in a file that only its owner reads",
                               url_form);
        if (user.empty() || !is_url_text(user)) core::fail_invalid("no user before @: expected {}", url_form);
        url.user = user;
        rest.remove_prefix(at + 1);
    }
    if (!is_url_text(text)) core::fail_invalid("a URL with characters that none has: expected {}", url_form);
    auto place = rest;
    if (const auto front = cut_front(rest, '/')) {
        place = *front;
        const auto database = rest.empty() ? std::optional(0) : number_of(rest, largest_database);
        if (!database) refuse_url(text, "the database is a number");
        url.database = *database;
    }
    const auto bracket = place.starts_with('[') ? place.find(']') : std::string_view::npos;
    if (place.starts_with('[')) {
        if (bracket == std::string_view::npos) refuse_url(text, "a ] is missing");
        url.host = place.substr(1, bracket - 1);
        place.remove_prefix(bracket + 1);
    } else {
        url.host = place.substr(0, place.find(':'));
        place.remove_prefix(url.host.size());
    }
    if (!is_host(url.host)) refuse_url(text, "there is no host");
    if (place.empty()) return url;
    const auto port = place.size() > 1 && place.front() == ':' ? number_of(place.substr(1), largest_port) : std::nullopt;
    if (!port || *port == 0) refuse_url(text, "the port is a number from 1 to 65535");
    url.port = std::to_string(*port);
    return url;
}

}  // namespace abut::jit
