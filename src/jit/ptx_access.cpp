// SPDX-License-Identifier: Apache-2.0
#include "jit/ptx_access.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

using Parts = std::vector<std::string_view>;

bool has(const Parts& parts, std::string_view part) {
    return std::ranges::find(parts, part) != parts.end();
}

template <std::size_t Count>
bool is_one_of(std::string_view part, const std::array<std::string_view, Count>& parts) {
    return std::ranges::find(parts, part) != parts.end();
}

int number(std::string_view text) {
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() ? value : 0;
}

/// "v4" of an access of four elements.
int elements(const Parts& parts) {
    for (const auto part : parts) {
        if (part.starts_with('v') && number(part.substr(1)) > 0) return number(part.substr(1));
    }
    return 1;
}

/// Bytes of a type: "f32", "b128", "f16x2".
int type_bytes(std::string_view type) {
    const auto digits = type.find_first_of("0123456789");
    if (digits == std::string_view::npos) return 0;
    const auto times = std::min(type.find('x', digits), type.size());
    const int lanes = times < type.size() ? number(type.substr(times + 1)) : 1;
    return number(type.substr(digits, times - digits)) * lanes / 8;
}

/// Whether the memory that is named is not global. Not named, it may be.
bool is_elsewhere(const Parts& parts) {
    return std::ranges::any_of(parts, [](std::string_view part) {
        return part.starts_with("shared") || part == "local" || part == "const" || part.starts_with("param");
    });
}

[[noreturn]] void refuse(const PtxInstruction& instruction) {
    core::fail(ErrorCode::Compiler,
               "'{}' reaches global memory in a way that is not known; expected ld, st, atom, red or cp.async",
               instruction.text);
}

PtxAccess plain_access(const PtxInstruction& instruction, const Parts& parts) {
    const bool has_result = is_one_of(parts.front(), std::array<std::string_view, 3>{"ld", "ldu", "atom"});
    const auto operand = has_result ? std::size_t{1} : std::size_t{0};
    PtxAccess access{.stores = parts.front() != "ld" && parts.front() != "ldu",
                     .bytes = type_bytes(parts.back()) * elements(parts),
                     .address = {}};
    if (operand < instruction.operands.size()) access.address = instruction.operands[operand];
    if (access.bytes == 0 || !access.address.starts_with('[')) refuse(instruction);
    return access;
}

/// cp.async to shared memory: [to], [from], bytes.
PtxAccess copied_access(const PtxInstruction& instruction, const Parts& parts) {
    const auto& operands = instruction.operands;
    if (has(parts, "bulk") || operands.size() < 3 || number(operands[2]) == 0) refuse(instruction);
    return {.stores = false, .bytes = number(operands[2]), .address = operands[1]};
}

}  // namespace

std::optional<PtxAccess> global_access(const PtxInstruction& instruction) {
    const auto parts = instruction.parts();
    const auto kind = parts.front();
    if (is_one_of(kind, std::array<std::string_view, 5>{"ld", "ldu", "st", "atom", "red"})) {
        if (is_elsewhere(parts)) return std::nullopt;
        return plain_access(instruction, parts);
    }
    if (!has(parts, "global")) return std::nullopt;
    if (kind == "cp") return copied_access(instruction, parts);
    if (is_one_of(kind, std::array<std::string_view, 4>{"cvta", "prefetch", "isspacep", "discard"})) return std::nullopt;
    refuse(instruction);
}

}  // namespace abut::jit
