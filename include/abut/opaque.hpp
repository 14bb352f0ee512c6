// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "abut/export.hpp"
#include "abut/layout.hpp"

namespace abut::inline v0 {

/// Which views a kernel of the caller's takes of one of its inputs or outputs. With an `order` the elements are rows at a
/// pitch: the first `row_axes` axes of the order count rows, the others are the elements of one row and lie side by side.
/// All row axes share the one pitch, whose multiples they are: row r, counted over all of them, begins r pitches behind row
/// 0. For an image {N, C, H, W}:
///
///     {.order = {0, 2, 3, 1}, .row_axes = 3}   channels-last pixels, at any distance from one another
///     {.order = {0, 1, 2, 3}, .row_axes = 1}   planes of an image side by side, images at any distance
///     {.order = {0, 2, 3, 1}}                  channels-last without a gap
///     {}                                       any strides
struct ABUT_API AcceptedView {
    Dims order{};      ///< the axes, outermost in memory first; empty: any strides
    int row_axes = 0;  ///< 0: one row
    /// Divides the address of element 0 and, where there is an order, the distance of rows. A power of two; for roots of the
    /// arena no more than PlanOptions::root_alignment_bytes can be had.
    std::int64_t alignment_bytes = 1;

    /// Why the kernel does not take `view`, in words that follow "takes it only"; empty if it does.
    [[nodiscard]] std::string why_not(const ViewSpec& view) const;
    [[nodiscard]] bool takes_any_strides() const noexcept { return order.rank() == 0; }
    bool operator==(const AcceptedView&) const = default;
};

/// An operation whose kernel is the caller's own: planning gives its inputs and outputs views that the kernel takes,
/// compile() refuses it. Inputs: any. A value that one kernel wants in another order than its producer writes needs a node
/// between them that converts it.
struct Opaque {
    std::string kind = "opaque";       ///< the caller's name for it, in texts and in the names of its nodes
    std::vector<ViewSpec> outputs;     ///< dtype and shape of each output; the order of the strides is a wish
    std::vector<AcceptedView> reads;   ///< by input; those left out take any view
    std::vector<AcceptedView> writes;  ///< by output, likewise
    /// In how many views the kernel reads input 0, one after another along an axis (Step::segments), and in how many it
    /// stores output 0 (Step::stores). More than 1 only where that input or output takes any view.
    int most_segments = 1;
    int most_stores = 1;
    /// Inputs over which the kernel may store output 0 where they lie in one and the same view: it reads each element of
    /// such an input for the result of that index alone, before it stores that. Each has the dtype and shape of output 0.
    std::vector<int> in_place_inputs{};
    bool operator==(const Opaque&) const = default;
};

}  // namespace abut::inline v0
