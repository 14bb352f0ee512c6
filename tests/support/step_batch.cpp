// SPDX-License-Identifier: Apache-2.0
#include "support/step_batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "support/run_step.hpp"

namespace abut::test {
namespace {

/// Of one program; a driver's time and memory may grow faster than the program.
constexpr std::size_t most_variants = 60;
constexpr std::size_t most_failures = 5;

std::string failure(const StepResult& result, const Tensor& expected, Tolerance tolerance) {
    if (!result.damage.empty()) return result.damage;
    for (const Tensor& output : result.outputs) {
        if (auto text = difference(output, expected, tolerance.relative, tolerance.absolute); !text.empty()) return text;
    }
    return {};
}

}  // namespace

void StepBatch::add(std::string where, PreparedStep step, Tensor expected, Tolerance tolerance) {
    steps_.push_back({std::move(where), std::move(step), std::move(expected), tolerance});
}

void StepBatch::check(std::string where, const Operation& operation, const std::vector<Tensor>& inputs,
                      const std::vector<Form>& forms, Form output, Tolerance tolerance,
                      const std::vector<bool>& is_constant) {
    std::vector<StepInput> placed;
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        placed.push_back({.tensor = inputs[i],
                          .placed = placed_as(forms.at(i), inputs[i].shape),
                          .is_constant = i < is_constant.size() && is_constant[i]});
    }
    Tensor expected = reference::evaluate_node(operation, inputs).front();
    const Placed out = placed_as(output, expected.shape);
    add(std::move(where), {test_device(), operation, std::move(placed), {out}}, std::move(expected), tolerance);
}

void StepBatch::check_forms(const std::string& where, const Operation& operation, const Tensor& input,
                            const std::vector<Form>& forms, Tolerance tolerance) {
    const auto check_between = [&](Form from, Form to) {
        const std::string step = fmt::format("{} from {} to {}", where, to_string(from), to_string(to));
        check(step, operation, {input}, {from}, to, tolerance);
    };
    for (const Form form : forms) {
        check_between(forms.front(), form);
        if (form != forms.front()) check_between(form, forms.front());
    }
}

std::size_t StepBatch::steps_of_a_program(std::span<const Step> steps) {
    std::vector<const ops::KernelSpec*> variants;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const auto& spec = steps[i].prepared.kernel();
        if (std::ranges::any_of(variants, [&](const auto* known) { return *known == spec; })) continue;
        if (variants.size() == most_variants) return i;
        variants.push_back(&spec);
    }
    return steps.size();
}

void StepBatch::run(std::span<const Step> steps, std::vector<std::string>& failures) {
    std::vector<ops::KernelSpec> specs;
    for (const Step& step : steps) specs.push_back(step.prepared.kernel());
    const auto kernels = jit::kernel_cache(test_device()).get(specs);
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Step& step = steps[i];
        const std::string found = failure(step.prepared.run(*kernels[i]), step.expected, step.tolerance);
        if (!found.empty()) failures.push_back(step.where.empty() ? found : step.where + ": " + found);
    }
}

std::string StepBatch::failures() const {
    std::vector<std::string> found;
    std::span<const Step> steps(steps_);
    while (!steps.empty()) {
        const auto count = steps_of_a_program(steps);
        run(steps.first(count), found);
        steps = steps.subspan(count);
    }
    const std::size_t shown = std::min(most_failures, found.size());
    const std::size_t hidden = found.size() - shown;
    if (hidden > 0) found.at(shown) = fmt::format("and {} more", hidden);
    return fmt::format("{}", fmt::join(std::span(found).first(hidden > 0 ? shown + 1 : shown), "\n"));
}

std::string check_step(const Operation& operation, const std::vector<Tensor>& inputs, const std::vector<Form>& forms,
                       Form output, Tolerance tolerance, const std::vector<bool>& is_constant) {
    StepBatch batch;
    batch.check("", operation, inputs, forms, output, tolerance, is_constant);
    return batch.failures();
}

}  // namespace abut::test
