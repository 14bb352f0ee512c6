// SPDX-License-Identifier: Apache-2.0
#include "jit/build_program.hpp"

#include <algorithm>

#include "core/fail.hpp"
#include "jit/generate_source.hpp"
#include "jit/reflect.hpp"

namespace abut::jit {

BuiltProgram build_program(device::Backend& backend, std::span<const ops::KernelSpec> specs, const KernelSources& sources,
                           const std::function<void(int)>& generated) {
    std::vector<std::string> names;
    for (const auto& spec : specs) names.push_back(kernel_name(spec, sources));
    const auto source = generate_source(specs, sources, backend.language());
    const auto reflected = reflect(source, names);

    BuiltProgram program;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto kernel = std::ranges::find(reflected, names[i], &ReflectedKernel::name);
        if (kernel == reflected.end())
            core::fail(ErrorCode::Compiler, "kernel {}: its text defines no such kernel", names[i]);
        program.kernels.push_back(
            {.key = variant_key(specs[i], sources), .name = names[i], .parameters = checked_parameters(*kernel, specs[i])});
    }
    program.module = backend.build(source, names, generated);
    return program;
}

}  // namespace abut::jit
