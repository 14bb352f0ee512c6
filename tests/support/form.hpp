// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "support/prepared_step.hpp"

namespace abut::test {

/// How a tensor may lie in memory.
enum class Form : std::uint8_t {
    Last,         ///< channels innermost
    Dense,        ///< row-major
    SlicedDense,  ///< part of a row-major tensor that is longer along every axis, at an odd offset
    SlicedLast,   ///< a slice of the channels of a channels-last tensor, at an odd offset
    Reversed,     ///< column-major
};

inline const std::vector<Form> every_form{Form::Last, Form::Dense, Form::SlicedDense, Form::SlicedLast, Form::Reversed};

Placed placed_as(Form form, const Shape& shape);
std::string to_string(Form form);

}  // namespace abut::test
