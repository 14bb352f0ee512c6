// SPDX-License-Identifier: Apache-2.0
#include "program/variant_budget.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>

#include "ops/work.hpp"

namespace abut::programs {
namespace {

struct ServedVariant {
    const ops::KernelSpec* spec = nullptr;
    std::int64_t flops = 0;
    std::int64_t bytes = 0;
};

using KernelName = std::pair<std::string, std::string>;  ///< family and stem

void add(const ops::KernelSpec& spec, const ops::Work& work, std::map<KernelName, std::vector<ServedVariant>>& kernels) {
    auto& variants = kernels[{spec.family, spec.stem}];
    auto found = std::ranges::find_if(variants, [&](const ServedVariant& other) { return *other.spec == spec; });
    if (found == variants.end()) found = variants.insert(variants.end(), {.spec = &spec});
    found->flops += work.flops;
    found->bytes += work.bytes;
}

}  // namespace

std::vector<ops::KernelSpec> variants_beyond_budget(const std::vector<LoweredVariants>& steps, const Plan& plan,
                                                    int budget) {
    std::map<KernelName, std::vector<ServedVariant>> kernels;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto work = ops::work_of(plan.steps.at(i));
        add(steps[i].promised.spec, work, kernels);
        if (steps[i].unaligned) add(steps[i].unaligned->spec, work, kernels);
    }
    std::vector<ops::KernelSpec> beyond;
    for (auto& [name, variants] : kernels) {
        std::ranges::stable_sort(variants, std::greater(),
                                 [](const ServedVariant& each) { return std::pair(each.flops, each.bytes); });
        for (std::size_t i = static_cast<std::size_t>(budget); i < variants.size(); ++i) beyond.push_back(*variants[i].spec);
    }
    return beyond;
}

}  // namespace abut::programs
