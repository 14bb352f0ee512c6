// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "onnx/export_writer.hpp"

namespace abut::onnx {

/// The lowest opset from 13 on that has all that `operation` needs.
OpsetVersion needed_opset(const Operation& operation);

/// Writes the nodes of `node`; its outputs get the names that the writer has for them.
void export_node(ExportWriter& writer, const Node& node);

// One function an operation, by subject.
void export_operation(ExportWriter& writer, const Node& node, const Conv2d& conv);
void export_operation(ExportWriter& writer, const Node& node, const ConvTranspose2d& conv);
void export_operation(ExportWriter& writer, const Node& node, const Dense& dense);
void export_operation(ExportWriter& writer, const Node& node, const Elementwise& elementwise);
void export_operation(ExportWriter& writer, const Node& node, const BatchNorm& norm);
void export_operation(ExportWriter& writer, const Node& node, const Pool2d& pool);
void export_operation(ExportWriter& writer, const Node& node, const Reduce& reduce);
void export_operation(ExportWriter& writer, const Node& node, const Softmax& softmax);
void export_operation(ExportWriter& writer, const Node& node, const Resize& resize);
void export_operation(ExportWriter& writer, const Node& node, const Pad& pad);
void export_operation(ExportWriter& writer, const Node& node, const Transpose& transpose);
void export_operation(ExportWriter& writer, const Node& node, const Concat& concat);
void export_operation(ExportWriter& writer, const Node& node, const Split& split);
void export_operation(ExportWriter& writer, const Node& node, const Slice& slice);
void export_operation(ExportWriter& writer, const Node& node, const Reshape& reshape);
void export_operation(ExportWriter& writer, const Node& node, const Copy& copy);
void export_operation(ExportWriter& writer, const Node& node, const Cast& cast);

/// The node that cuts what is named `x` into `outputs`.
void export_split(ExportWriter& writer, const std::string& x, const Split& split, std::span<const ValueId> outputs);

}  // namespace abut::onnx
