// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "support/form.hpp"
#include "support/prepared_step.hpp"

namespace abut::test {

struct Tolerance {
    float relative = 1e-5F;
    float absolute = 1e-6F;
};
inline constexpr Tolerance exact{0, 0};

/// Steps against the reference evaluator. Their kernels are built together, since a compiler's start costs as much as
/// several kernels.
class StepBatch {
public:
    /// A step whose outputs must all be `expected`; `where` names it among the failures.
    void add(std::string where, PreparedStep step, Tensor expected, Tolerance tolerance);
    /// Adds `operation` on `inputs`, each lying as the form of the same index says, into an output of form `output`.
    void check(std::string where, const Operation& operation, const std::vector<Tensor>& inputs,
               const std::vector<Form>& forms, Form output, Tolerance tolerance = {},
               const std::vector<bool>& is_constant = {});
    /// The same for one input: from the first of `forms` to each, and from each to the first.
    void check_forms(const std::string& where, const Operation& operation, const Tensor& input,
                     const std::vector<Form>& forms, Tolerance tolerance = {});

    /// Builds and runs the steps. Empty if each gives the reference's result and changes nothing else; else the first
    /// that fail, each with what differs.
    [[nodiscard]] std::string failures() const;

private:
    struct Step {
        std::string where;
        PreparedStep prepared;
        Tensor expected;
        Tolerance tolerance;
    };
    /// How many of the first share a program.
    static std::size_t steps_of_a_program(std::span<const Step> steps);
    static void run(std::span<const Step> steps, std::vector<std::string>& failures);

    std::vector<Step> steps_;
};

/// A batch of one step, whose kernel is built as a program of its own. Empty or what differs.
std::string check_step(const Operation& operation, const std::vector<Tensor>& inputs, const std::vector<Form>& forms,
                       Form output, Tolerance tolerance = {}, const std::vector<bool>& is_constant = {});

}  // namespace abut::test
