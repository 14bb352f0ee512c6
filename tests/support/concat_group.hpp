// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "abut/graph.hpp"

namespace abut::tests {

/// Values that compete for places: each is an operand of some of the concats, one axis, no nesting.
struct ConcatGroup {
    struct Operand {
        std::int64_t bytes = 0;
        int born = 0;       ///< node that writes it
        int last_read = 0;  ///< by a node that is no concat
        bool stores_twice = false;
    };
    struct Concat {
        std::vector<int> operands;  ///< in their order
        int node = 0;
        int last_read = 0;
        bool reads_segments = false;  ///< its reader does
    };
    std::vector<Operand> operands;
    std::vector<Concat> concats;
};

/// The same as a graph and as what a search by hand needs to know of it.
struct DrawnGroup {
    Graph graph;
    ConcatGroup group;
};

/// Two to eight concats of two or three of up to nine values, drawn by `seed`. Most producers can't store twice, and most
/// readers can't read segments.
DrawnGroup draw_group(std::uint32_t seed);

/// What the rungs cost; as it is, copies cost their bytes.
struct GroupPrices {
    double launch = 0;  ///< of each copy
    double copied_byte = 1;
    double stored_byte = 0;
    double segment = 0;  ///< each view after the first
};

/// The least that a placement costs, by enumeration: each operand is an alias, stored twice or copied, each concat may be
/// read in segments. Shares nothing with the planner.
double least_cost(const ConcatGroup& group, const GroupPrices& prices = {});

}  // namespace abut::tests
