// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <vector>

#include "plan/op_traits.hpp"

namespace abut::ops {

/// What a kernel of the caller's takes of its input (or output); nothing for kernels of Abut's, and for any view.
const AcceptedView* accepted_read(const Node& node, int input);
const AcceptedView* accepted_write(const Node& node, int output);

/// By ValueId: the layout without needless gaps that the caller's kernels want of a value, the wish of its producer first,
/// or what a value wants that is joined with it or cut from it. Nothing where nobody minds.
std::vector<std::optional<planning::PreferredLayout>> demanded_layouts(const Graph& graph);

}  // namespace abut::ops
