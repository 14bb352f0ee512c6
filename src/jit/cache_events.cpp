// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_events.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "abut/error.hpp"
#include "jit/cache_files.hpp"
#include "jit/descriptor.hpp"
#include "jit/json_line.hpp"

namespace abut::jit {
namespace {

constexpr std::size_t largest_log_bytes = 1 << 20;

/// The texts of an event, and how many bytes of each are kept: so that a line stays below 4 KiB where each of them takes two
/// (but the keys of variants, which are digits).
struct TextMember {
    const char* name;
    std::string CacheEvent::*text;
    std::size_t limit_bytes;
};
constexpr TextMember text_members[] = {{"event", &CacheEvent::event, 20},   {"key", &CacheEvent::key, 40},
                                       {"kernel", &CacheEvent::kernel, 60}, {"model", &CacheEvent::model, 120},
                                       {"device", &CacheEvent::device, 32}, {"variants", &CacheEvent::variants, 1320},
                                       {"reason", &CacheEvent::reason, 700}};

std::string log_path(const std::string& directory) {
    return directory + "/events.log";
}

/// The log becomes the old one where it is large. The lock is for two that find so at the same time.
void rotate(const std::string& directory, const CacheSystem& system) {
    const auto path = log_path(directory);
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!file.is_open() || ::flock(file.number(), LOCK_EX | LOCK_NB) != 0) return;
    struct stat opened {};
    struct stat named {};
    if (::fstat(file.number(), &opened) != 0 || ::stat(path.c_str(), &named) != 0) return;
    if (opened.st_ino != named.st_ino || std::cmp_less(opened.st_size, largest_log_bytes)) return;
    static_cast<void>(system.rename(path.c_str(), (path + ".1").c_str()));
}

void read_log(const std::string& path, std::int64_t since, std::vector<CacheEvent>& events) try {
    const auto bytes = read_file_if_there(path, 2 * largest_log_bytes);
    if (!bytes) return;
    std::string_view text(reinterpret_cast<const char*>(bytes->data()), bytes->size());
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        auto event = parse_event(line);
        if (event && event->time >= since) events.push_back(*std::move(event));
    }
} catch (const Error&) {  // not to be trusted: as if it were not there
    return;
}

}  // namespace

std::vector<std::string> joined_keys(std::span<const std::string> keys) {
    constexpr std::size_t most_in_one = 40;
    std::vector<std::string> texts(1);
    for (std::size_t i = 0; i < keys.size(); ++i) {
        if (i > 0 && i % most_in_one == 0) texts.emplace_back();
        texts.back() += (texts.back().empty() ? "" : " ") + keys[i];
    }
    return texts;
}

std::string event_line(const CacheEvent& event) {
    std::string line = fmt::format("{{\"time\":{},\"process\":{}", event.time, event.process);
    for (const auto& member : text_members) {
        const auto& text = event.*member.text;
        if (!text.empty()) line += fmt::format(",\"{}\":{}", member.name, json_string(text, member.limit_bytes));
    }
    return line + "}\n";
}

std::optional<CacheEvent> parse_event(std::string_view line) {
    auto members = parse_json_line(line);
    if (!members || !members->contains("time") || !members->contains("event")) return std::nullopt;
    const auto number = [&](const char* name) {
        std::int64_t value = 0;
        const auto& text = (*members)[name];
        std::from_chars(text.data(), text.data() + text.size(), value);
        return value;
    };
    CacheEvent event{.time = number("time"), .process = number("process")};
    for (const auto& member : text_members) event.*member.text = std::move((*members)[member.name]);
    return event;
}

void append_event(const std::string& directory, const CacheEvent& event, const CacheSystem& system) {
    const auto path = log_path(directory);
    static_cast<void>(append_to_file(path, event_line(event), system));
    try {
        const auto facts = file_facts(path);
        if (facts && std::cmp_greater_equal(facts->bytes, largest_log_bytes)) rotate(directory, system);
    } catch (const Error&) {
        return;
    }
}

std::vector<CacheEvent> read_events(const std::string& directory, std::int64_t since) {
    std::vector<CacheEvent> events;
    read_log(log_path(directory) + ".1", since, events);
    read_log(log_path(directory), since, events);
    return events;
}

}  // namespace abut::jit
