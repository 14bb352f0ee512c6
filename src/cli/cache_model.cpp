// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_model.hpp"

#include <set>
#include <utility>

#include "cli/cost_model.hpp"
#include "cli/load_model.hpp"
#include "core/printable.hpp"
#include "device/backend.hpp"
#include "jit/generate_source.hpp"
#include "jit/variant_document.hpp"
#include "jit/variant_reason.hpp"
#include "onnx/with_name.hpp"
#include "program/kernel_specs.hpp"

namespace abut::cli {

CompileOptions compile_options(const CacheWarmOptions& options, ConcatMode mode, const Device& device) {
    CompileOptions compile{.concat = mode,
                           .memory_limit_bytes = options.memory_limit_bytes,
                           .cost_model = cost_model_of(options.cost_model, device),
                           .winograd = options.winograd,
                           .variant_budget = options.variant_budget,
                           .label = options.model.model};
    if (mode == ConcatMode::Slices) compile.forced_rungs = options.forced_rungs;
    return compile;
}

WantedModel wanted_model(const CacheWarmOptions& options, const Device& device, Context& context) {
    const auto identity = device.backend()->identity();
    WantedModel wanted;
    std::set<std::string> known;
    std::set<std::string> collapsed;
    for (const auto mode : options.modes) {
        Graph graph = load_model(options.model, {}, context);
        const auto kernels = onnx::with_name(core::printable(options.model.model), [&] {
            return programs::wanted_kernels_of(std::move(graph), device, compile_options(options, mode, device));
        });
        for (const auto& spec : kernels.specs) {
            auto id = jit::variant_id(spec);
            if (!known.insert(id.key).second) continue;
            wanted.variants.push_back({.key = std::move(id.key), .identity = identity, .document = std::move(id.document)});
        }
        for (const auto& spec : kernels.collapsed) {
            if (collapsed.insert(jit::variant_key(spec)).second) ++wanted.collapsed[jit::variant_class(spec)];
        }
    }
    return wanted;
}

std::vector<jit::WantedVariant> wanted_variants(const CacheWarmOptions& options, const Device& device, Context& context) {
    return wanted_model(options, device, context).variants;
}

}  // namespace abut::cli
