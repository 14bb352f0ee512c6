// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/run_step.hpp"

/// One step against the reference evaluator, wherever its views lie.
namespace abut::test {

/// How a tensor may lie in memory.
enum class Form : std::uint8_t {
    Last,         ///< channels innermost
    Dense,        ///< row-major
    SlicedDense,  ///< part of a row-major tensor that is longer along every axis, at an odd offset
    SlicedLast,   ///< a slice of the channels of a channels-last tensor, at an odd offset
    Reversed,     ///< column-major
};

inline constexpr Form all_forms[] = {Form::Last, Form::Dense, Form::SlicedDense, Form::SlicedLast, Form::Reversed};

Placed placed_as(Form form, const Shape& shape);
std::string to_string(Form form);

struct Tolerance {
    float relative = 1e-5F;
    float absolute = 1e-6F;
};

/// Runs `operation` on `inputs`, each lying as the form of the same index says, into an output of form `output`. Empty if
/// the result is the reference's and nothing else changed; else what differs.
std::string check_step(const Operation& operation, const std::vector<Tensor>& inputs, const std::vector<Form>& forms,
                       Form output, Tolerance tolerance = {}, const std::vector<bool>& is_constant = {});

/// The same for one input: from the first of `forms` to each, and from each to the first.
std::string check_forms(const Operation& operation, const Tensor& input, const std::vector<Form>& forms,
                        Tolerance tolerance = {});

}  // namespace abut::test
