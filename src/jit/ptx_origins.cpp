// SPDX-License-Identifier: Apache-2.0
#include "jit/ptx_origins.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace abut::jit {
namespace {

bool is_name_start(char c) {
    return is_name_part(c) && std::isdigit(static_cast<unsigned char>(c)) == 0;
}

/// Fields of vectors and special registers are names too: "%tid.x".
bool continues_name(char c) {
    return is_name_part(c) || c == '.';
}

/// Registers ("%rd4") and names in an operand; numbers are neither.
std::vector<std::string_view> names_in(std::string_view operand) {
    std::vector<std::string_view> names;
    for (std::size_t i = 0; i < operand.size();) {
        const auto begin = i;
        while (i < operand.size() && continues_name(operand[i])) ++i;
        if (i > begin && is_name_start(operand[begin])) names.push_back(operand.substr(begin, i - begin));
        if (i == begin) ++i;
    }
    return names;
}

bool is_register(std::string_view name) {
    return name.starts_with('%');
}

/// Instructions whose first operand is no result.
bool has_no_result(std::string_view kind) {
    constexpr std::array<std::string_view, 12> kinds{"st",   "red",  "bar",    "barrier",  "bra",  "ret",
                                                     "exit", "call", "membar", "prefetch", "trap", "cp"};
    return std::ranges::find(kinds, kind) != kinds.end();
}

/// Instructions whose result is a bit, or comes from memory: no address.
bool gives_no_address(const std::vector<std::string_view>& parts) {
    constexpr std::array<std::string_view, 8> kinds{"setp", "set", "ldu", "atom", "isspacep", "vote", "match", "testp"};
    const bool loads = parts.front() == "ld" && std::ranges::find(parts, "param") == parts.end();
    return loads || std::ranges::find(kinds, parts.front()) != kinds.end();
}

}  // namespace

PtxOrigins::PtxOrigins(const PtxFunction& function) : function_(function) {
    for (const auto& instruction : function.body) {
        const auto parts = instruction.parts();
        if (instruction.operands.empty() || has_no_result(parts.front()) || gives_no_address(parts)) continue;
        for (const auto name : names_in(instruction.operands.front()))
            if (is_register(name)) settings_[name].push_back(&instruction);
    }
}

void PtxOrigins::add_name(std::string_view name, PtxOrigin& origin) const {
    const auto parameter = std::ranges::find(function_.parameters, name);
    if (parameter == function_.parameters.end()) {
        origin.names.insert(name);
    } else {
        origin.parameters.insert(static_cast<int>(parameter - function_.parameters.begin()));
    }
}

PtxOrigin PtxOrigins::of_address(std::string_view operand) const {
    PtxOrigin origin;
    std::set<std::string_view> seen;
    auto waiting = names_in(operand);
    while (!waiting.empty()) {
        const auto name = waiting.back();
        waiting.pop_back();
        if (!seen.insert(name).second) continue;
        if (!is_register(name)) {
            add_name(name, origin);
            continue;
        }
        const auto settings = settings_.find(name);
        if (settings == settings_.end()) continue;
        for (const auto* setting : settings->second) {
            for (std::size_t i = 1; i < setting->operands.size(); ++i)
                std::ranges::copy(names_in(setting->operands[i]), std::back_inserter(waiting));
        }
    }
    return origin;
}

}  // namespace abut::jit
