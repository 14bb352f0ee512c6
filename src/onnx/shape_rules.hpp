// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "onnx/node_import.hpp"

/// What nodes that move elements make of their first input; the same whether it is known or computed at run time.
namespace abut::onnx {

Shape reshape_rule(NodeImport& node);
Shape flatten_rule(NodeImport& node);
Shape squeeze_rule(NodeImport& node);
Shape unsqueeze_rule(NodeImport& node);
/// The shape of Expand's result.
Shape expand_rule(NodeImport& node);
/// How often Tile repeats each axis.
Dims tile_rule(NodeImport& node);
Dims transpose_rule(NodeImport& node);
int concat_rule(NodeImport& node);
Slice slice_rule(NodeImport& node);
Split split_rule(NodeImport& node);

/// An axis and the elements along it, in the shape that the result has in the axis' place.
struct GatherRule {
    int axis = 0;
    std::vector<std::int64_t> indices;  ///< from the front, inside the axis
    Shape output;
};
GatherRule gather_rule(NodeImport& node);

}  // namespace abut::onnx
