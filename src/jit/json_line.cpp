// SPDX-License-Identifier: Apache-2.0
#include "jit/json_line.hpp"

#include <algorithm>

#include "core/printable.hpp"

namespace abut::jit {
namespace {

/// Reads one line from its start.
class LineReader {
public:
    explicit LineReader(std::string_view text) : text_(text) {}

    bool take(char c) {
        if (!text_.starts_with(c)) return false;
        text_.remove_prefix(1);
        return true;
    }
    std::optional<std::string> string() {
        if (!take('"')) return std::nullopt;
        std::string value;
        while (!text_.empty() && text_.front() != '"') {
            if (!take_character(value)) return std::nullopt;
        }
        if (!take('"')) return std::nullopt;
        return value;
    }
    std::optional<std::string> number() {
        const auto end = std::min(text_.find_first_not_of("-0123456789"), text_.size());
        if (end == 0) return std::nullopt;
        std::string value(text_.substr(0, end));
        text_.remove_prefix(end);
        return value;
    }
    std::optional<std::string> value() { return text_.starts_with('"') ? string() : number(); }
    [[nodiscard]] bool at_end() const { return text_.empty(); }

private:
    bool take_character(std::string& value) {
        if (!take('\\')) {
            value += text_.front();
            text_.remove_prefix(1);
            return true;
        }
        if (!text_.starts_with('"') && !text_.starts_with('\\')) return false;
        value += text_.front();
        text_.remove_prefix(1);
        return true;
    }

    std::string_view text_;
};

}  // namespace

std::string json_string(std::string_view text, std::size_t limit_bytes) {
    std::string out = "\"";
    for (const char c : core::one_line(text.substr(0, limit_bytes))) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

std::optional<std::map<std::string, std::string>> parse_json_line(std::string_view line) {
    LineReader in(line);
    std::map<std::string, std::string> members;
    if (!in.take('{')) return std::nullopt;
    while (!in.take('}')) {
        if (!members.empty() && !in.take(',')) return std::nullopt;
        auto name = in.string();
        if (!name || !in.take(':')) return std::nullopt;
        auto value = in.value();
        if (!value || !members.emplace(*std::move(name), *std::move(value)).second) return std::nullopt;
    }
    if (!in.at_end()) return std::nullopt;
    return members;
}

}  // namespace abut::jit
