// SPDX-License-Identifier: Apache-2.0
#include "jit/ptx_audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "core/fail.hpp"
#include "jit/cubin.hpp"
#include "jit/ptx_access.hpp"
#include "jit/ptx_origins.hpp"
#include "jit/ptxas_log.hpp"

namespace abut::jit {
namespace {

constexpr int registers_of_block = 65536;
constexpr int shared_bytes_of_block = 48 * 1024;

/// What an access may rely on: who says so, and how much.
struct Promise {
    std::string who;
    std::int64_t multiple = std::numeric_limits<std::int64_t>::max();
};

/// The accesses of one kernel against its spec.
class Audit {
public:
    Audit(const PtxFunction& kernel, const PtxProgram& program, const ops::KernelSpec& spec);
    [[nodiscard]] std::vector<ParameterAccess> run();

private:
    void judge(const PtxAccess& access, const PtxInstruction& instruction);
    [[nodiscard]] std::vector<int> pointers_in(const PtxOrigin& origin) const;
    [[nodiscard]] std::vector<const PtxSymbol*> symbols_in(const PtxOrigin& origin) const;
    [[nodiscard]] Promise weakest(const std::vector<int>& pointers, const std::vector<const PtxSymbol*>& symbols) const;

    const PtxFunction& kernel_;
    const PtxProgram& program_;
    PtxOrigins origins_;
    std::vector<const ops::Parameter*> pointers_;
    std::vector<int> pointer_of_parameter_;  ///< by the place in the kernel; -1: a number
    std::vector<ParameterAccess> found_;
};

Audit::Audit(const PtxFunction& kernel, const PtxProgram& program, const ops::KernelSpec& spec)
    : kernel_(kernel),
      program_(program),
      origins_(kernel) {
    for (const auto& parameter : spec.parameters) {
        const bool is_pointer = parameter.kind != ops::ParameterKind::Scalar;
        pointer_of_parameter_.push_back(is_pointer ? static_cast<int>(pointers_.size()) : -1);
        if (!is_pointer) continue;
        // Its offset follows.
        pointer_of_parameter_.push_back(-1);
        pointers_.push_back(&parameter);
        found_.push_back({.name = parameter.name});
    }
    if (kernel.parameters.size() != pointer_of_parameter_.size()) {
        core::fail(ErrorCode::Compiler, "kernel {}: its PTX has {} parameters, expected {}", kernel.name,
                   kernel.parameters.size(), pointer_of_parameter_.size());
    }
}

std::vector<int> Audit::pointers_in(const PtxOrigin& origin) const {
    std::vector<int> pointers;
    for (const int parameter : origin.parameters) {
        const int pointer = pointer_of_parameter_.at(static_cast<std::size_t>(parameter));
        if (pointer >= 0) pointers.push_back(pointer);
    }
    return pointers;
}

std::vector<const PtxSymbol*> Audit::symbols_in(const PtxOrigin& origin) const {
    std::vector<const PtxSymbol*> symbols;
    for (const auto& symbol : program_.symbols)
        if (origin.names.contains(symbol.name)) symbols.push_back(&symbol);
    return symbols;
}

Promise Audit::weakest(const std::vector<int>& pointers, const std::vector<const PtxSymbol*>& symbols) const {
    Promise least;
    const auto take = [&](std::string who, std::int64_t multiple) {
        if (multiple < least.multiple) least = {std::move(who), multiple};
    };
    for (const int pointer : pointers) {
        const auto& parameter = *pointers_.at(static_cast<std::size_t>(pointer));
        // Its offset counts elements.
        take(fmt::format("parameter '{}'", parameter.name), std::max(parameter.guard, size_bytes(parameter.dtype)));
    }
    for (const auto* symbol : symbols) take(fmt::format("variable '{}'", symbol->name), symbol->alignment_bytes);
    return least;
}

void Audit::judge(const PtxAccess& access, const PtxInstruction& instruction) {
    const auto origin = origins_.of_address(access.address);
    auto pointers = pointers_in(origin);
    const auto symbols = symbols_in(origin);
    if (pointers.empty() && symbols.empty()) {
        pointers.resize(pointers_.size());
        std::iota(pointers.begin(), pointers.end(), 0);
    }
    const auto promise = weakest(pointers, symbols);
    if (promise.multiple % access.bytes != 0) {
        core::fail(ErrorCode::Compiler,
                   "kernel {}: '{}' accesses {} bytes at once, but may start from {}, whose guard only "
                   "proves a multiple of {} bytes",
                   kernel_.name, instruction.text, access.bytes, promise.who, promise.multiple);
    }
    for (const int pointer : pointers) {
        auto& found = found_.at(static_cast<std::size_t>(pointer));
        auto& widest = access.stores ? found.widest_store_bytes : found.widest_load_bytes;
        widest = std::max(widest, access.bytes);
    }
}

std::vector<ParameterAccess> Audit::run() {
    for (const auto& instruction : kernel_.body) {
        if (const auto access = global_access(instruction)) judge(*access, instruction);
    }
    return std::move(found_);
}

void require_inlined(const PtxProgram& program) {
    for (const auto& function : program.functions) {
        if (function.is_kernel) continue;
        const auto reaches = [](const PtxInstruction& instruction) { return global_access(instruction).has_value(); };
        const auto access = std::ranges::find_if(function.body, reaches);
        if (access == function.body.end()) continue;
        core::fail(ErrorCode::Compiler,
                   "function {}: '{}' reaches global memory; expected it only in kernels, all else inlined", function.name,
                   access->text);
    }
}

}  // namespace

std::vector<ParameterAccess> audit_accesses(const PtxProgram& program, std::string_view name, const ops::KernelSpec& spec) {
    const auto is_it = [&](const PtxFunction& function) { return function.is_kernel && function.name == name; };
    const auto kernel = std::ranges::find_if(program.functions, is_it);
    if (kernel == program.functions.end()) core::fail(ErrorCode::Compiler, "kernel {}: the PTX has no such kernel", name);
    return Audit(*kernel, program, spec).run();
}

void require_fit(const KernelAudit& kernel, std::int64_t threads) {
    const auto& takes = kernel.resources;
    // Registers are given to a thread in eights.
    const auto registers = (takes.registers + 7) / 8 * 8 * threads;
    if (registers > registers_of_block) {
        core::fail(ErrorCode::Compiler, "kernel {}: {} threads of {} registers need {}, and a group may have {}",
                   kernel.kernel, threads, takes.registers, registers, registers_of_block);
    }
    if (takes.shared_bytes > shared_bytes_of_block) {
        core::fail(ErrorCode::Compiler,
                   "kernel {}: its {} bytes of shared memory are more than the {} that a group may have", kernel.kernel,
                   takes.shared_bytes, shared_bytes_of_block);
    }
}

std::vector<KernelAudit> audit_program(const device::CompiledText& text, std::span<const std::string> names,
                                       std::span<const ops::KernelSpec> specs) {
    const auto ptx = without_comments({reinterpret_cast<const char*>(text.ptx.data()), text.ptx.size()});
    const auto program = parse_ptx(ptx);
    require_inlined(program);
    std::vector<KernelAudit> audits;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        KernelAudit audit{.kernel = names[i],
                          .resources = ptxas_resources(text.log, names[i]).value_or(KernelResources{}),
                          .parameters = audit_accesses(program, names[i], specs[i])};
        // Machine code tells the registers even where the log is silent.
        audit.resources.registers = read_cubin(text.cubin, names[i]).registers;
        require_fit(audit, specs[i].items);
        audits.push_back(std::move(audit));
    }
    return audits;
}

}  // namespace abut::jit
