// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/guard_audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "core/fail.hpp"
#include "jit/audit/claims.hpp"
#include "jit/audit/interpret.hpp"
#include "jit/audit/read_tree.hpp"

namespace abut::jit {
namespace {

/// What is known of an address: who says so, and what divides it.
struct ProvenAlignment {
    std::string who;
    std::int64_t bytes = std::numeric_limits<std::int64_t>::max();
};

/// A function that is looked at on its own: a kernel, or the tile function of a callee.
struct AuditedFunction {
    std::string kernel;  ///< for messages
    std::string name;
    const ops::KernelSpec* spec = nullptr;
    bool is_tile = false;  ///< it gets the number of its tile too
};

bool is_pointer(const ops::Parameter& parameter) {
    return parameter.kind != ops::ParameterKind::Scalar;
}

class GuardAudit {
public:
    GuardAudit(const ParsedProgram& parsed, const AuditProgram& program, const AuditedFunction& audited,
               const AuditListener& listener)
        : parsed_(parsed),
          program_(program),
          audited_(audited),
          listener_(listener) {}

    void run(const std::set<int>& others);

private:
    [[nodiscard]] AuditEntry entry() const;
    void judge(const MemoryAccess& access) const;
    [[nodiscard]] ProvenAlignment proven(const AuditValue& pointer) const;
    [[nodiscard]] ProvenAlignment proven(const PointerTarget& target) const;
    [[noreturn]] void refuse(const MemoryAccess& access, const ProvenAlignment& proof) const;
    [[nodiscard]] bool stays_inside(const MemoryAccess& access) const;
    [[nodiscard]] std::string place_of(const MemoryAccess& access) const;

    const ParsedProgram& parsed_;
    const AuditProgram& program_;
    const AuditedFunction& audited_;
    const AuditListener& listener_;
};

/// What a kernel may rely on when it begins.
AuditEntry GuardAudit::entry() const {
    AuditEntry result{.items = audited_.spec->items};
    int place = 0;
    for (const auto& parameter : audited_.spec->parameters) {
        result.offset_bytes.push_back(size_bytes(parameter.dtype));
        if (is_pointer(parameter)) {
            result.arguments.push_back(AuditValue::to(~place));
            result.arguments.push_back({.number = KnownNumber::of(0), .offset_of = place});
        } else {
            result.arguments.push_back(AuditValue::of(KnownNumber::multiple_of(parameter.guard)));
        }
        ++place;
    }
    if (audited_.is_tile) result.arguments.push_back(AuditValue::of(KnownNumber::between(0, KnownNumber::highest)));
    const auto is_it = [&](const AuditFunction& function) { return function.name == audited_.name; };
    const auto function = std::ranges::find_if(program_.functions, is_it);
    result.function = static_cast<int>(function - program_.functions.begin());
    if (function == program_.functions.end() || function->parameters.size() != result.arguments.size())
        core::fail(ErrorCode::Compiler, "kernel {}: function {} of its text has not the {} parameters that were expected",
                   audited_.kernel, audited_.name, result.arguments.size());
    return result;
}

void GuardAudit::run(const std::set<int>& others) {
    auto start = entry();
    start.others = others;
    interpret(program_, start, [this](const MemoryAccess& access) { judge(access); });
}

ProvenAlignment GuardAudit::proven(const PointerTarget& target) const {
    // An object of the program's own has no place in global memory.
    if (target.base >= 0) return {.who = "a variable", .bytes = 1};
    const auto& parameter = audited_.spec->parameters.at(static_cast<std::size_t>(~target.base));
    const auto element = size_bytes(parameter.dtype);
    const auto base = KnownNumber::multiple_of(target.promised ? std::max(parameter.guard, element) : element);
    const auto address = base + target.offset;
    auto who = target.promised ? fmt::format("'{}' at a multiple of {} bytes", parameter.name, base.modulus)
                               : fmt::format("'{}' without its offset, at a multiple of {} bytes", parameter.name, element);
    const auto& offset = target.offset;
    if (offset.is_constant()) {
        who += fmt::format(", {} bytes from there", offset.low);
    } else {
        who += fmt::format(", {} + a multiple of {} bytes from there", offset.remainder, offset.modulus);
    }
    return {.who = std::move(who), .bytes = address.divisor()};
}

ProvenAlignment GuardAudit::proven(const AuditValue& pointer) const {
    ProvenAlignment least;
    const auto take = [&](ProvenAlignment proof) {
        if (proof.bytes < least.bytes) least = std::move(proof);
    };
    for (const auto& target : pointer.targets) take(proven(target));
    if (!pointer.is_lost && !pointer.targets.empty()) return least;
    // It may come from anywhere: then each element's alignment is all there is.
    for (const auto& parameter : audited_.spec->parameters) {
        if (is_pointer(parameter))
            take({.who = fmt::format("an address that can't be followed, perhaps of '{}'", parameter.name),
                  .bytes = size_bytes(parameter.dtype)});
    }
    return least;
}

std::string GuardAudit::place_of(const MemoryAccess& access) const {
    const auto place = parsed_.place(access.node->cursor);
    auto text = fmt::format("{}:{}", place.file, place.line);
    constexpr std::ptrdiff_t most_calls = 3;
    for (auto call = access.calls->rbegin(); call != access.calls->rend() && call - access.calls->rbegin() < most_calls;
         ++call) {
        const auto from = parsed_.place((*call)->cursor);
        text += fmt::format(", called from {}:{}", from.file, from.line);
    }
    return text + (access.stores ? ": a store of" : ": a load of");
}

void GuardAudit::refuse(const MemoryAccess& access, const ProvenAlignment& proof) const {
    core::fail(
        ErrorCode::Compiler,
        "kernel {}: {} '{}' declares an alignment of {} bytes, but its address is only proven to be a multiple of {} "
        "({}); raise the guard of the parameter in its lowering, or access the elements through a type that is aligned "
        "as they are",
        audited_.kernel, place_of(access), access.type->text, access.type->alignment_bytes, proof.bytes, proof.who);
}

/// Whether an access stays inside the variables that it may go to. Throws where it stays inside none of what one has.
bool GuardAudit::stays_inside(const MemoryAccess& access) const {
    bool result = !access.pointer->is_lost && !access.pointer->targets.empty();
    for (const auto& target : access.pointer->targets) {
        if (target.base < 0 || static_cast<std::size_t>(target.base) >= access.variables->size()) return false;
        const auto& variable = (*access.variables)[static_cast<std::size_t>(target.base)];
        const auto last = variable.size_bytes - access.type->size_bytes;
        result &= target.offset.low >= 0 && target.offset.high <= last;
        if (target.offset.high >= 0 && target.offset.low <= last) continue;
        core::fail(
            ErrorCode::Compiler,
            "kernel {}: {} '{}' goes to byte {} of '{}' or further away, which has {} bytes; its index or the size that the "
            "lowering gave it is wrong",
            audited_.kernel, place_of(access), access.type->text,
            target.offset.high < 0 ? target.offset.high : target.offset.low, *variable.name, variable.size_bytes);
    }
    return result;
}

void GuardAudit::judge(const MemoryAccess& access) const {
    const bool is_global = access.type->space == MemorySpace::Global;
    const bool is_inside = !is_global && stays_inside(access);
    if (is_global) {
        const auto proof = proven(*access.pointer);
        if (proof.bytes % access.type->alignment_bytes != 0) refuse(access, proof);
    }
    if (listener_.proven) listener_.proven(access, is_inside);
}

constexpr std::string_view call_prefix = "call_";
constexpr std::string_view tile_prefix = "tile_";

std::string tile_called_by(const std::string& call) {
    return std::string(tile_prefix) + call.substr(call_prefix.size());
}

/// The functions by which a kernel calls the tile functions of its callees, in the order of these.
std::vector<std::string> calls_of_callees(const ProgramClaims& claims) {
    std::vector<std::string> result;
    const auto& names = claims.functions();
    for (const auto& name : names) {
        const bool is_call = name.starts_with(call_prefix) && std::ranges::find(names, tile_called_by(name)) != names.end();
        if (is_call) result.push_back(name);
    }
    return result;
}

/// The kernels, then their callees: these are promised by their arguments what their own specs say.
std::vector<AuditedFunction> functions_of(std::span<const std::string> names, std::span<const ops::KernelSpec> specs,
                                          const std::vector<std::string>& calls) {
    std::vector<AuditedFunction> functions;
    for (std::size_t i = 0; i < specs.size(); ++i)
        functions.push_back({.kernel = names[i], .name = names[i], .spec = &specs[i]});
    std::size_t next = 0;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        for (const auto& callee : specs[i].callees) {
            if (next < calls.size())
                functions.push_back(
                    {.kernel = names[i], .name = tile_called_by(calls[next]), .spec = &callee, .is_tile = true});
            ++next;
        }
    }
    if (next != calls.size())
        core::fail(ErrorCode::Compiler, "a program has {} functions that call variants, expected {}", calls.size(), next);
    return functions;
}

std::set<int> places_of(const std::set<std::string>& names, const AuditProgram& program) {
    std::set<int> places;
    for (std::size_t i = 0; i < program.functions.size(); ++i)
        if (names.contains(program.functions[i].name)) places.insert(static_cast<int>(i));
    return places;
}

}  // namespace

void audit_guards(const ParsedProgram& program, std::span<const std::string> names, std::span<const ops::KernelSpec> specs,
                  const AuditListener& listener) {
    const ProgramClaims claims(program);
    const auto calls = calls_of_callees(claims);
    const std::set<std::string> apart(calls.begin(), calls.end());
    const auto functions = functions_of(names, specs, calls);
    std::vector<std::string> followed;
    for (const auto& function : functions)
        if (claims.claims_more(function.name, apart)) followed.push_back(function.name);
    const auto tree = followed.empty() ? AuditProgram{} : read_audit_tree(program, followed);
    const auto others = places_of(apart, tree);
    for (const auto& function : functions) {
        const bool is_followed = std::ranges::find(followed, function.name) != followed.end();
        if (listener.begun) listener.begun(function.name, is_followed);
        if (is_followed) GuardAudit(program, tree, function, listener).run(others);
    }
}

}  // namespace abut::jit
