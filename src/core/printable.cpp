// SPDX-License-Identifier: Apache-2.0
#include "core/printable.hpp"

#include <cstddef>

namespace abut::core {

namespace {

/// A code point and the bytes it takes.
struct Character {
    char32_t code;
    std::size_t size_bytes;
};

bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xc0U) == 0x80U;
}

// UTF-8 by RFC 3629. A byte that begins no well-formed sequence stands for the control character 0.
Character first_character(std::string_view text) {
    constexpr Character malformed{0, 1};
    constexpr char32_t smallest[] = {0, 0, 0x80, 0x800, 0x10000};
    const char32_t lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {lead, 1};
    const std::size_t size = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < size) return malformed;
    char32_t code = lead & (0x7fU >> size);
    for (const char byte : text.substr(1, size - 1)) {
        if (!continues(byte)) return malformed;
        code = code << 6U | (static_cast<unsigned char>(byte) & 0x3fU);
    }
    const bool is_surrogate = code >= 0xd800 && code <= 0xdfff;
    return code >= smallest[size] && code <= 0x10ffff && !is_surrogate ? Character{code, size} : malformed;
}

// Not the control characters, the ends of lines and paragraphs, and what turns the direction of text.
bool is_printable(char32_t code) {
    const bool is_control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    const bool is_layout = (code >= 0x2028 && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
    return !is_control && !is_layout;
}

}  // namespace

std::string one_line(std::string_view text) {
    std::string line;
    while (!text.empty()) {
        const Character next = first_character(text);
        if (is_printable(next.code)) {
            line += text.substr(0, next.size_bytes);
        } else {
            line += '?';
        }
        text.remove_prefix(next.size_bytes);
    }
    return line;
}

std::string printable(std::string_view text) {
    constexpr std::size_t longest = 200;
    if (text.size() <= longest) return one_line(text);
    std::size_t end = longest;
    while (end > longest - 4 && continues(text[end])) --end;
    return one_line(text.substr(0, end)) + "...";
}

}  // namespace abut::core
