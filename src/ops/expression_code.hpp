// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "abut/expression.hpp"

namespace abut::ops {

/// `value` as a literal of OpenCL C that reads back as the same bits (any NaN as NAN).
std::string float_literal(float value);

/// The body of a function that returns `expression`: "const VALUE t0 = x0 + x1; return relu(t0);".
/// `operands` are the C texts of the operands, each a VALUE without side effects; the functions are those of functions.cl.
std::string function_body(const Expression& expression, std::span<const std::string> operands);

/// The same with operands named x0, x1, ...
std::string function_body(const Expression& expression);

}  // namespace abut::ops
