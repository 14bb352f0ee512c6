// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "abut/graph.hpp"

namespace abut::graph_detail {

// Each throws InvalidArgument that names the port, what was expected and what was found. `where` is what messages call a
// view: input "x", conv2d: weights.

/// The name is not empty and no other port of `ports` has it; `kind` is "input" or "output".
void check_port_name(const std::vector<Port>& ports, const std::string& name, std::string_view kind);
/// A view that can be read: a stride of 0 and more an axis, a size that fits 63 bits.
void check_input_view(std::string_view where, const ViewSpec& spec);
/// A view of `value`'s type that can be written: as above, and no two elements share a place.
void check_output_view(std::string_view where, const Value& value, const ViewSpec& spec);
/// `input` has the dtype and strides of `output` and lies in it at `begin`.
void check_shared_ports(const Port& input, const Port& output, const Dims& begin);

}  // namespace abut::graph_detail
