// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "abut/graph.hpp"

namespace abut::passes {

/// Gives the padding of an image with zeros to the convolutions and averages that read it (with minus infinity: to maxima),
/// so that nothing is copied for it. Exact for finite weights. A Pad that others read too stays for those.
Graph fold_pads(const Graph& graph);

}  // namespace abut::passes
