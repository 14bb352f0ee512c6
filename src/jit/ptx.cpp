// SPDX-License-Identifier: Apache-2.0
#include "jit/ptx.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The name at the start of `text`.
std::string_view leading_name(std::string_view text) {
    return text.substr(0, static_cast<std::size_t>(std::ranges::find_if_not(text, is_name_part) - text.begin()));
}

std::string_view after(std::string_view text, std::string_view word) {
    const auto at = text.find(word);
    return at == std::string_view::npos ? std::string_view() : trimmed(text.substr(at + word.size()));
}

/// `text` cut at the commas that stand in no brackets.
std::vector<std::string_view> split_operands(std::string_view text) {
    std::vector<std::string_view> operands;
    int depth = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= text.size(); ++i) {
        const char c = i < text.size() ? text[i] : ',';
        if (c == '{' || c == '[' || c == '(') ++depth;
        if (c == '}' || c == ']' || c == ')') --depth;
        if (c != ',' || (depth > 0 && i < text.size())) continue;
        if (const auto operand = trimmed(text.substr(begin, i - begin)); !operand.empty()) operands.push_back(operand);
        begin = i + 1;
    }
    return operands;
}

PtxInstruction parse_instruction(std::string_view statement) {
    // A predicate decides whether it runs, not what it does.
    if (statement.starts_with('@'))
        statement = trimmed(statement.substr(std::min(statement.find_first_of(blanks), statement.size())));
    const auto end = std::min(statement.find_first_of(blanks), statement.size());
    return {.text = statement, .opcode = statement.substr(0, end), .operands = split_operands(statement.substr(end))};
}

/// Reads statements from the start of a text.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(trimmed(text)) {}
    [[nodiscard]] bool at_end() const { return rest_.empty(); }
    /// What stands before the next of `ends`, which `end` becomes; all of the rest and 0 where there is none.
    std::string_view next(std::string_view ends, char& end) {
        const auto at = rest_.find_first_of(ends);
        end = at == std::string_view::npos ? '\0' : rest_[at];
        const auto found = trimmed(rest_.substr(0, at));
        rest_ = at == std::string_view::npos ? std::string_view() : trimmed(rest_.substr(at + 1));
        return found;
    }
    /// Drops `mark` if it comes next.
    bool skip(char mark) {
        if (!rest_.starts_with(mark)) return false;
        rest_ = trimmed(rest_.substr(1));
        return true;
    }
    /// Drops the labels that come next.
    void skip_labels() {
        for (auto label = leading_name(rest_); !label.empty(); label = leading_name(rest_)) {
            if (!rest_.substr(label.size()).starts_with(':')) return;
            rest_ = trimmed(rest_.substr(label.size() + 1));
        }
    }

private:
    std::string_view rest_;
};

void add_symbol(std::string_view declaration, PtxProgram& program) {
    const auto aligned = after(declaration, ".align");
    if (aligned.empty()) return;
    PtxSymbol symbol;
    std::from_chars(aligned.data(), aligned.data() + aligned.size(), symbol.alignment_bytes);
    // ".b8 NAME[SIZE]" follows the number.
    const auto typed = after(aligned, ".");
    symbol.name = leading_name(trimmed(typed.substr(leading_name(typed).size())));
    program.symbols.push_back(symbol);
}

void read_body(Reader& reader, PtxFunction& function, PtxProgram& program) {
    int depth = 1;
    while (depth > 0) {
        if (reader.at_end()) core::fail(ErrorCode::Compiler, "PTX ends inside {}", function.name);
        reader.skip_labels();
        if (reader.skip('{')) {
            ++depth;
        } else if (reader.skip('}')) {
            --depth;
        } else {
            char end = 0;
            const auto statement = reader.next(";", end);
            if (statement.starts_with('.')) {
                add_symbol(statement, program);
            } else if (!statement.empty()) {
                function.body.push_back(parse_instruction(statement));
            }
        }
    }
}

/// ".param .u64 NAME, ..." in the last parentheses of a head.
std::vector<std::string_view> parameter_names(std::string_view head) {
    const auto open = head.rfind('(');
    const auto close = head.rfind(')');
    std::vector<std::string_view> names;
    if (open == std::string_view::npos || close < open || close == std::string_view::npos) return names;
    for (const auto parameter : split_operands(head.substr(open + 1, close - open - 1)))
        names.push_back(leading_name(parameter.substr(parameter.find_last_of(blanks) + 1)));
    return names;
}

void read_function(std::string_view head, Reader& reader, PtxProgram& program) {
    PtxFunction function;
    function.is_kernel = head.find(".entry") != std::string_view::npos;
    auto signature = after(head, function.is_kernel ? ".entry" : ".func");
    // What a function returns stands before its name.
    if (signature.starts_with('(')) signature = after(signature, ")");
    function.name = leading_name(signature);
    if (!function.name.empty()) function.parameters = parameter_names(signature);
    read_body(reader, function, program);
    program.functions.push_back(std::move(function));
}

}  // namespace

bool is_name_part(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '$' || c == '%';
}

std::vector<std::string_view> PtxInstruction::parts() const {
    std::vector<std::string_view> parts;
    for (std::size_t begin = 0; begin <= opcode.size();) {
        const auto end = std::min(opcode.find('.', begin), opcode.size());
        parts.push_back(opcode.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

std::string without_comments(std::string_view ptx) {
    std::string text(ptx.substr(0, ptx.find('\0')));
    const auto erase = [&](std::string_view open, std::string_view close) {
        for (auto begin = text.find(open); begin != std::string::npos; begin = text.find(open, begin)) {
            const auto end = text.find(close, begin + open.size());
            const auto count = (end == std::string::npos ? text.size() : end + close.size()) - begin;
            text.replace(begin, count, count, ' ');
        }
    };
    erase("//", "\n");
    erase("/*", "*/");
    return text;
}

PtxProgram parse_ptx(std::string_view text) {
    PtxProgram program;
    Reader reader(text);
    while (!reader.at_end()) {
        char end = 0;
        const auto statement = reader.next(";{", end);
        const bool is_function =
            statement.find(".entry") != std::string_view::npos || statement.find(".func") != std::string_view::npos;
        if (end == '{' && is_function) {
            read_function(statement, reader, program);
        } else {
            add_symbol(statement, program);
            // The initial value of a variable.
            if (end == '{') reader.next(";", end);
        }
    }
    return program;
}

}  // namespace abut::jit
