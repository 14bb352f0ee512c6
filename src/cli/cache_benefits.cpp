// SPDX-License-Identifier: Apache-2.0
#include "cli/cache_benefits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "cli/cache_text.hpp"
#include "jit/variant_reason.hpp"

namespace abut::cli {

namespace {

/// Files have what was measured last first.
const jit::MeasuredBenefit* last_measured(const jit::ListedEntry& entry, const jit::StoredKernel& kernel) {
    const auto& benefits = entry.measured.benefits;
    const auto found = std::ranges::find(benefits, kernel.document, &jit::MeasuredBenefit::document);
    return found == benefits.end() ? nullptr : &*found;
}

}  // namespace

std::vector<ListedVariant> variants_of(const jit::ListedEntry& entry) {
    std::vector<ListedVariant> variants;
    for (const auto& kernel : entry.outline.kernels)
        variants.push_back({.kernel = &kernel, .benefit = last_measured(entry, kernel), .reason = {}});
    return variants;
}

std::vector<ListedProgram> list_programs(const std::string& directory) {
    std::vector<ListedProgram> programs;
    for (auto& entry : jit::list_entries(directory)) {
        auto& program = programs.emplace_back(ListedProgram{.entry = std::move(entry), .variants = {}});
        program.variants = variants_of(program.entry);
    }
    return programs;
}

void add_reasons(std::vector<ListedProgram>& programs) {
    std::vector<std::string> documents;
    for (const auto& program : programs) {
        for (const auto& variant : program.variants) documents.push_back(variant.kernel->document);
    }
    auto reasons = jit::variant_reasons(documents);
    auto reason = reasons.begin();
    for (auto& program : programs) {
        for (auto& variant : program.variants) variant.reason = std::move(*reason++);
    }
}

bool never_paid(const jit::ListedEntry& entry, const jit::StoredKernel& kernel) {
    const auto pays = [&](const jit::MeasuredBenefit& benefit) {
        return benefit.document == kernel.document && benefit.pays();
    };
    return last_measured(entry, kernel) != nullptr && !std::ranges::any_of(entry.measured.benefits, pays);
}

std::string benefit_state(const ListedVariant& variant) {
    if (variant.benefit == nullptr) return "none";
    return variant.benefit->pays() ? "paid" : "unpaid";
}

ProgramBenefit program_benefit(const ListedProgram& program) {
    ProgramBenefit benefit;
    double logarithms = 0;
    for (const auto& variant : program.variants) {
        ++benefit.variants;
        if (!jit::guard_claims(variant.kernel->document).empty()) ++benefit.guarded;
        if (variant.benefit == nullptr) continue;
        ++benefit.measured;
        logarithms += std::log(variant.benefit->benefit);
        benefit.samples += variant.benefit->samples;
    }
    if (benefit.measured > 0) benefit.mean = std::exp(logarithms / benefit.measured);
    return benefit;
}

std::string program_benefit_text(const ProgramBenefit& benefit) {
    if (benefit.measured > 0) return benefit_number(benefit.mean);
    if (benefit.variants == 0) return {};
    return benefit.guarded > 0 ? "guarded" : "generic";
}

std::string variant_benefit_text(const ListedVariant& variant) {
    if (variant.benefit == nullptr) return variant.reason;
    return fmt::format("{}: {}", benefit_text(*variant.benefit), variant.reason);
}

void add_benefit_json(const ListedVariant& variant, Json& json) {
    json["benefit"] = variant.benefit != nullptr ? Json(variant.benefit->benefit) : Json(nullptr);
    json["benefit_samples"] = variant.benefit != nullptr ? variant.benefit->samples : 0;
    json["reason"] = variant.reason;
}

void add_benefit_json(const ProgramBenefit& benefit, Json& json) {
    json["benefit"] = benefit.measured > 0 ? Json(benefit.mean) : Json(nullptr);
    json["benefit_samples"] = benefit.samples;
    json["reason"] = fmt::format("{} of {} variants rely on guards", benefit.guarded, benefit.variants);
}

}  // namespace abut::cli
