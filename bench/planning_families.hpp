// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "abut/graph.hpp"

namespace abut::bench {

/// A kind of network in the form that planning gets: activations are fused, weights are constants.
struct Family {
    const char* name;
    Graph (*make)(int nodes);  ///< a graph of about so many nodes
};

std::span<const Family> families();

}  // namespace abut::bench
