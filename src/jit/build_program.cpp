// SPDX-License-Identifier: Apache-2.0
#include "jit/build_program.hpp"

#include <algorithm>

#include "core/fail.hpp"
#include "jit/audit/guard_audit.hpp"
#include "jit/cubin.hpp"
#include "jit/generate_source.hpp"
#include "jit/reflect.hpp"

namespace abut::jit {
namespace {

using Parameters = std::vector<device::KernelParameter>;

/// The option of CMake, which leaves the sources of the audit out.
constexpr bool audits_guards = ABUT_AUDIT != 0;

/// The parameters of each kernel by the program's text, which is read, and whose accesses are audited, before it is
/// compiled.
std::vector<Parameters> by_text(const std::string& source, const std::vector<std::string>& names,
                                std::span<const ops::KernelSpec> specs) {
    const ParsedProgram program(source, audits_guards);
    const auto reflected = reflect(program, names);
    std::vector<Parameters> result;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto kernel = std::ranges::find(reflected, names[i], &ReflectedKernel::name);
        if (kernel == reflected.end())
            core::fail(ErrorCode::Compiler, "kernel {}: its text defines no such kernel", names[i]);
        result.push_back(checked_parameters(*kernel, specs[i]));
    }
    if constexpr (audits_guards) audit_guards(program, names, specs);
    return result;
}

/// Likewise by what CUDA's compiler made of it.
std::vector<Parameters> by_cubin(std::span<const std::byte> cubin, const std::vector<std::string>& names,
                                 std::span<const ops::KernelSpec> specs) {
    std::vector<Parameters> result;
    for (std::size_t i = 0; i < specs.size(); ++i)
        result.push_back(checked_parameters(read_cubin(cubin, names[i]), names[i], specs[i]));
    return result;
}

}  // namespace

BuiltProgram build_program(device::Backend& backend, std::span<const ops::KernelSpec> specs, std::span<const VariantId> ids,
                           const KernelSources& sources, const std::function<void(int)>& generated) {
    std::vector<std::string> names;
    for (std::size_t i = 0; i < specs.size(); ++i) names.push_back(kernel_name(specs[i], ids[i]));
    BuiltProgram program;
    program.source = generate_source(specs, ids, sources, backend.language());
    std::vector<Parameters> parameters;
    if (backend.language() == device::SourceLanguage::OpenCl) parameters = by_text(program.source, names, specs);
    const auto compiled = [&](const device::CompiledText& text) {
        parameters = by_cubin(text.cubin, names, specs);
        program.log = text.log;
        if (!text.ptx.empty()) program.audits = audit_program(text, names, specs);
    };
    program.module = backend.build(program.source, names, {.generated = generated, .compiled = compiled});
    for (std::size_t i = 0; i < specs.size(); ++i) {
        program.kernels.push_back(
            {.key = ids[i].key, .document = ids[i].document, .name = names[i], .parameters = std::move(parameters[i])});
    }
    return program;
}

}  // namespace abut::jit
