// SPDX-License-Identifier: Apache-2.0
#include "support/counted_guards.hpp"

#include <algorithm>

#include "jit/audit/guard_audit.hpp"
#include "jit/audit/interpret.hpp"

namespace abut::test {
namespace {

void add(const jit::MemoryAccess& access, CountedGuards& guards) {
    if (access.type->space != jit::MemorySpace::Global) return;
    for (const auto& target : access.pointer->targets) {
        if (target.base >= 0) continue;
        auto& declared = guards.parameters[~target.base];
        auto& widest = access.stores ? declared.store_bytes : declared.load_bytes;
        widest = std::max(widest, access.type->alignment_bytes);
    }
}

}  // namespace

std::vector<CountedGuards> counted_guards(const jit::ParsedProgram& program, std::span<const std::string> names,
                                          std::span<const ops::KernelSpec> specs) {
    std::vector<CountedGuards> functions;
    // By the function's place: an access that is told several times is inside where it is each time.
    std::vector<std::map<const jit::Node*, bool>> places;
    const auto begun = [&](const std::string& name, bool is_followed) {
        functions.push_back({.function = name, .is_followed = is_followed});
        places.emplace_back();
    };
    const auto proven = [&](const jit::MemoryAccess& access, bool is_inside) {
        add(access, functions.back());
        const auto [place, is_new] = places.back().emplace(access.node, is_inside);
        place->second = place->second && is_inside;
    };
    jit::audit_guards(program, names, specs, {.begun = begun, .proven = proven});
    for (std::size_t i = 0; i < functions.size(); ++i)
        for (const auto& [node, is_inside] : places[i]) ++(is_inside ? functions[i].inside : functions[i].open);
    return functions;
}

}  // namespace abut::test
