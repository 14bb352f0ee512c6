// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "abut/expression.hpp"
#include "onnx/export_writer.hpp"

namespace abut::onnx {

/// Writes `expression` term by term, from term `first` on. `names` are those of its operands and of the terms before
/// `first`; the last term gets the name `output`, and `shape` where operands that no term uses make it so.
void export_expression(ExportWriter& writer, const Expression& expression, std::vector<std::string> names, std::size_t first,
                       const std::string& output, const Shape& shape);

}  // namespace abut::onnx
