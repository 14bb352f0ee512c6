// SPDX-License-Identifier: Apache-2.0
#include "cli/tune_benefits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "cli/cache_text.hpp"
#include "cli/progress_bar.hpp"
#include "core/hash.hpp"
#include "core/printable.hpp"
#include "device/backend.hpp"
#include "jit/key_document.hpp"
#include "jit/variant_reason.hpp"
#include "onnx/with_name.hpp"
#include "program/device_class.hpp"
#include "program/kernel_specs.hpp"
#include "program/measure_benefits.hpp"

namespace abut::cli {

namespace {

/// Those of all models, each variant once.
std::vector<programs::VariantPair> pairs_of(std::span<const TunedModel> models, const CostModel& costs,
                                            const Device& device) {
    std::vector<programs::VariantPair> all;
    for (const auto& model : models) {
        auto pairs = onnx::with_name(core::printable(model.name), [&] {
            return programs::variant_pairs_of(Graph(model.graph), device, {.cost_model = costs});
        });
        for (auto& pair : pairs) {
            const bool is_known = std::ranges::any_of(
                all, [&](const programs::VariantPair& other) { return other.variant.spec == pair.variant.spec; });
            if (!is_known) all.push_back(std::move(pair));
        }
    }
    return all;
}

std::vector<std::string> reasons_of(const TunedBenefits& tuned) {
    std::vector<std::string> documents;
    for (const auto& benefit : tuned.measured) documents.push_back(benefit.document);
    return jit::variant_reasons(documents);
}

/// Which classes have collapsed now, by what the directory has of this class of device.
std::vector<jit::CollapsedClass> collapse(std::span<const jit::MeasuredBenefit> measured, bool may_collapse,
                                          const Device& device, const std::string& directory) {
    if (!may_collapse) return {};
    std::vector<std::string> documents;
    for (const auto& benefit : measured) documents.push_back(benefit.document);
    return jit::collapsed_classes(
        jit::read_collapsed(directory, programs::measured_identity(device)),
        jit::benefits_on(directory, device.backend()->identity(), programs::device_class_of(device)), documents);
}

}  // namespace

TunedBenefits tune_benefits(std::span<const TunedModel> models, const CostModel& costs, bool may_collapse,
                            const Device& device, const Context& context) {
    ProgressBar bar;
    const auto pairs = pairs_of(models, costs, device);
    TunedBenefits tuned{
        .measured = programs::measure_benefits(
            pairs, device, {.label = models.empty() ? "" : models.front().name, .progress = bar.callback()})};
    const auto directory = context.cache_directory();
    const bool is_kept = context.options().cache_mode == CacheMode::Use;
    if (is_kept) tuned.noted = jit::note_benefits(directory, device.backend()->identity(), tuned.measured);
    tuned.collapsed = collapse(tuned.measured, may_collapse, device, directory);
    if (!is_kept) return tuned;
    jit::write_collapsed(directory, programs::measured_identity(device), tuned.collapsed);
    if (tuned.noted < tuned.measured.size())
        context.note(fmt::format("{} of {} benefits are not kept: '{}' itself has no entry with these variants",
                                 tuned.measured.size() - tuned.noted, tuned.measured.size(), directory));
    return tuned;
}

std::string tuned_benefits_text(const TunedBenefits& tuned) {
    if (tuned.measured.empty()) return "no variant relies on more than its generic one: nothing was to be measured";
    constexpr std::size_t key_bytes = 12;
    constexpr std::size_t kernel_bytes = 16;
    constexpr std::size_t reason_bytes = 50;
    std::vector<std::vector<std::string>> rows{{"variant", "kernel", "reason", "benefit", "samples"}};
    const auto reasons = reasons_of(tuned);
    for (std::size_t i = 0; i < tuned.measured.size(); ++i) {
        const auto& benefit = tuned.measured[i];
        rows.push_back({core::hash_hex(benefit.document).substr(0, key_bytes),
                        shortened(jit::field_value(benefit.document, "stem"), kernel_bytes),
                        shortened(reasons[i], reason_bytes), benefit_number(benefit.benefit),
                        fmt::format("{}", benefit.samples)});
    }
    const auto paying = std::ranges::count_if(tuned.measured, &jit::MeasuredBenefit::pays);
    return fmt::format("{}\n{} of {} variants are faster than their generic ones", table(rows, 3), paying,
                       tuned.measured.size());
}

Json tuned_benefits_json(const TunedBenefits& tuned) {
    Json json = Json::array();
    const auto reasons = reasons_of(tuned);
    for (std::size_t i = 0; i < tuned.measured.size(); ++i) {
        const auto& benefit = tuned.measured[i];
        json.push_back({{"key", core::hash_hex(benefit.document)},
                        {"kernel", jit::field_value(benefit.document, "stem")},
                        {"guard", guards_of(benefit.document)},
                        {"reason", reasons[i]},
                        {"benefit", benefit.benefit},
                        {"benefit_noise", benefit.noise},
                        {"benefit_samples", benefit.samples},
                        {"pays", benefit.pays()}});
    }
    return json;
}

}  // namespace abut::cli
