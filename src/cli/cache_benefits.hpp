// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/print.hpp"
#include "jit/cache_list.hpp"

/// What variants of a cache gain, and why they are there, as `abut cache` says it.
namespace abut::cli {

/// A variant of an entry, to whose lists it refers: wherever the entry is moved, it stays right.
struct ListedVariant {
    const jit::StoredKernel* kernel = nullptr;
    const jit::MeasuredBenefit* benefit = nullptr;  ///< what was measured last; null where nothing was
    std::string reason;
};

/// Those of an entry in its order, without reasons.
std::vector<ListedVariant> variants_of(const jit::ListedEntry& entry);
/// A program and its variants.
struct ListedProgram {
    jit::ListedEntry entry;
    std::vector<ListedVariant> variants;
};
/// Those of a directory, as jit::list_entries.
std::vector<ListedProgram> list_programs(const std::string& directory);
/// Gives all variants their reasons: what tells each apart from the others.
void add_reasons(std::vector<ListedProgram>& programs);

/// Whether it was measured, and on no class of device found to be faster than its generic one.
bool never_paid(const jit::ListedEntry& entry, const jit::StoredKernel& kernel);

/// By the last measurement "paid", "unpaid" (not faster than the generic one by more than noise), "none" (not measured).
std::string benefit_state(const ListedVariant& variant);

/// What is measured of a program's variants.
struct ProgramBenefit {
    int variants = 0;
    int guarded = 0;  ///< that rely on more than generic ones
    int measured = 0;
    double mean = 0;  ///< of the benefits, geometric; 0 where nothing is measured
    std::int64_t samples = 0;
};
ProgramBenefit program_benefit(const ListedProgram& program);
/// "1.21x", or without a measurement "guarded" or "generic"; nothing without variants.
std::string program_benefit_text(const ProgramBenefit& benefit);

/// "1.42x (31 samples): x 16, y 16", or the reason alone.
std::string variant_benefit_text(const ListedVariant& variant);
/// Adds benefit, benefit_samples and reason; null where nothing was measured.
void add_benefit_json(const ListedVariant& variant, Json& json);
void add_benefit_json(const ProgramBenefit& benefit, Json& json);

}  // namespace abut::cli
