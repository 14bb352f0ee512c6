// SPDX-License-Identifier: Apache-2.0
#include "jit/key_document.hpp"

#include <algorithm>
#include <utility>

namespace abut::jit {
namespace {

/// What is written as '\' and the letter beside it.
constexpr std::pair<char, char> escapes[] = {{'\\', '\\'}, {'\n', 'n'}, {'=', 'e'}};

void append_escaped(std::string_view text, std::string& out) {
    for (const char c : text) {
        const auto* const escape = std::ranges::find(escapes, c, &std::pair<char, char>::first);
        if (escape == std::end(escapes)) {
            out += c;
        } else {
            out += {'\\', escape->second};
        }
    }
}

std::string unescaped(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto* escape = std::end(escapes);
        if (text[i] == '\\' && i + 1 < text.size())
            escape = std::ranges::find(escapes, text[i + 1], &std::pair<char, char>::second);
        out += escape == std::end(escapes) ? text[i] : escape->first;
        if (escape != std::end(escapes)) ++i;
    }
    return out;
}

}  // namespace

void add_field(std::string_view name, std::string_view value, std::string& document) {
    append_escaped(name, document);
    document += '=';
    append_escaped(value, document);
    document += '\n';
}

std::vector<Field> fields_of(std::string_view document) {
    std::vector<Field> fields;
    while (!document.empty()) {
        const auto line = document.substr(0, document.find('\n'));
        document.remove_prefix(std::min(line.size() + 1, document.size()));
        const auto name = line.substr(0, line.find('='));
        const auto value = line.substr(std::min(name.size() + 1, line.size()));
        fields.push_back({.name = unescaped(name), .value = unescaped(value)});
    }
    return fields;
}

std::string field_value(std::string_view document, std::string_view name) {
    auto fields = fields_of(document);
    const auto found = std::ranges::find(fields, name, &Field::name);
    return found != fields.end() ? std::move(found->value) : std::string();
}

}  // namespace abut::jit
