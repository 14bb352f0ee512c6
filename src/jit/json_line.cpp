// SPDX-License-Identifier: Apache-2.0
#include "jit/json_line.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

namespace abut::jit {
namespace {

constexpr unsigned char first_printable = 0x20;
constexpr unsigned char first_beyond_ascii = 0x80;

/// Bytes of the well-formed UTF-8 character that `text` begins with; 0 where there is none.
std::size_t character_bytes(std::string_view text) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (byte(0) < first_beyond_ascii) return 1;
    const auto size = static_cast<std::size_t>(std::countl_one(byte(0)));
    if (size < 2 || size > 4 || size > text.size()) return 0;
    std::uint32_t code = byte(0) & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xc0U) != first_beyond_ascii) return 0;
        code = code << 6U | (byte(i) & 0x3fU);
    }
    constexpr std::uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    return code < least[size] || code > 0x10ffff || is_surrogate ? 0 : size;
}

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
    text = text.substr(0, limit_bytes);
    std::string out = "\"";
    while (!text.empty()) {
        const auto size = character_bytes(text);
        const auto first = static_cast<unsigned char>(text.front());
        if (size == 0 || first < first_printable) {
            out += '?';
        } else {
            if (first == '"' || first == '\\') out += '\\';
            out += text.substr(0, size);
        }
        text.remove_prefix(std::max<std::size_t>(size, 1));
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
