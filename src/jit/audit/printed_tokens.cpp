// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/printed_tokens.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

constexpr std::array<std::string_view, 3> signs_of_three{"<<=", ">>=", "..."};
constexpr std::array<std::string_view, 19> signs_of_two{"->", "++", "--", "<<", ">>", "<=", ">=", "==", "!=", "&&",
                                                        "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^="};

bool is_space(char c) {
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::size_t length_of_number(std::string_view text) {
    std::size_t length = 1;
    const bool is_hexadecimal = text.starts_with("0x") || text.starts_with("0X");
    const std::string_view exponents = is_hexadecimal ? "pP" : "eE";
    while (length < text.size()) {
        const bool is_sign = text[length] == '+' || text[length] == '-';
        const bool in_exponent = is_sign && exponents.find(text[length - 1]) != std::string_view::npos;
        if (!is_word(text[length]) && text[length] != '.' && !in_exponent) break;
        ++length;
    }
    return length;
}

std::size_t length_of_quoted(std::string_view text) {
    std::size_t length = 1;
    while (length < text.size() && text[length] != text[0]) length += text[length] == '\\' ? 2 : 1;
    return std::min(length + 1, text.size());
}

std::size_t length_of_sign(std::string_view text) {
    const auto begins = [&](std::string_view sign) { return text.starts_with(sign); };
    if (std::ranges::any_of(signs_of_three, begins)) return 3;
    return std::ranges::any_of(signs_of_two, begins) ? 2 : 1;
}

std::size_t length_of_token(std::string_view text) {
    const char first = text[0];
    const bool is_digit = std::isdigit(static_cast<unsigned char>(first)) != 0;
    const bool is_fraction = first == '.' && text.size() > 1 && std::isdigit(static_cast<unsigned char>(text[1])) != 0;
    if (is_digit || is_fraction) return length_of_number(text);
    if (first == '"' || first == '\'') return length_of_quoted(text);
    if (!is_word(first)) return length_of_sign(text);
    return static_cast<std::size_t>(std::ranges::find_if_not(text, is_word) - text.begin());
}

}  // namespace

PrintedTokens::PrintedTokens(std::string_view text, std::string_view name) : name_(name) {
    while (!text.empty()) {
        std::size_t length = 1;
        if (text[0] == '#') {
            length = std::min(text.find('\n'), text.size());
        } else if (!is_space(text[0])) {
            length = length_of_token(text);
            tokens_.push_back(text.substr(0, length));
        }
        text.remove_prefix(length);
    }
}

std::string_view PrintedTokens::peek(std::size_t ahead) const {
    return next_ + ahead < tokens_.size() ? tokens_[next_ + ahead] : std::string_view();
}

std::string_view PrintedTokens::take() {
    const auto token = peek();
    if (token.empty())
        core::fail(ErrorCode::Compiler, "the audit can't read {}: its text as clang prints it ends too early", name_);
    ++next_;
    return token;
}

bool PrintedTokens::take_if(std::string_view token) {
    if (peek() != token) return false;
    ++next_;
    return true;
}

void PrintedTokens::expect(std::string_view token) {
    if (take_if(token)) return;
    core::fail(ErrorCode::Compiler, "the audit can't read {}: its text as clang prints it has '{}' where '{}' was expected",
               name_, peek(), token);
}

void PrintedTokens::skip_bracketed() {
    int depth = 0;
    do {
        const auto token = take();
        if (token == "(" || token == "[" || token == "{") ++depth;
        if (token == ")" || token == "]" || token == "}") --depth;
    } while (depth > 0);
}

}  // namespace abut::jit
