// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_model.hpp"

#include <set>
#include <utility>

#include "cli/cost_model.hpp"
#include "cli/load_model.hpp"
#include "device/backend.hpp"
#include "jit/kernel_sources.hpp"
#include "jit/variant_document.hpp"
#include "onnx/file_text.hpp"
#include "onnx/with_name.hpp"
#include "program/kernel_specs.hpp"

namespace abut::cli {

CompileOptions compile_options(const CacheWarmOptions& options, ConcatMode mode, const Device& device) {
    CompileOptions compile{.concat = mode,
                           .memory_limit_bytes = options.memory_limit_bytes,
                           .cost_model = cost_model_of(options.cost_model, device),
                           .winograd = options.winograd,
                           .label = options.model.model};
    if (mode == ConcatMode::Slices) compile.forced_rungs = options.forced_rungs;
    return compile;
}

std::vector<jit::WantedVariant> wanted_variants(const CacheWarmOptions& options, const Device& device, Context& context) {
    const auto identity = device.backend()->identity();
    std::vector<jit::WantedVariant> wanted;
    std::set<std::string> known;
    for (const auto mode : options.modes) {
        Graph graph = load_model(options.model, {}, context);
        const auto specs = onnx::with_name(onnx::printable(options.model.model), [&] {
            return programs::kernel_specs_of(std::move(graph), device, compile_options(options, mode, device));
        });
        for (const auto& spec : specs) {
            auto document = jit::variant_document(spec);
            auto key = jit::hash_key(document);
            if (!known.insert(key).second) continue;
            wanted.push_back({.key = std::move(key), .identity = identity, .document = std::move(document)});
        }
    }
    return wanted;
}

}  // namespace abut::cli
