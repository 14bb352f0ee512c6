// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "abut/graph.hpp"

namespace abut::planning {

/// `part` is the box of `whole` that begins at `begin` and has part's extents.
struct BoxRelation {
    ValueId part;
    ValueId whole;
    Dims begin;
    bool joins = false;  ///< whole is made of such parts (concat): the ConcatMode decides whether it may hold
};

/// `result` holds the elements of `source` with axis i taken from axis permutation[i].
struct PermuteRelation {
    ValueId result;
    ValueId source;
    Dims permutation;
};

/// `result` holds the elements of `source` in row-major order of another shape.
struct ReshapeRelation {
    ValueId result;
    ValueId source;
};

/// How a value would best lie.
struct PreferredLayout {
    Layout layout;
    /// Set where kernels ask for this order of axes, outermost first: the first `row_axes` of it count rows, which lie a
    /// multiple of `pitch_multiple` elements apart.
    Dims order{};
    int row_axes = 0;
    std::int64_t pitch_multiple = 1;
};

/// `shape` in the order and at the pitch of `preferred`, with no other gap.
Layout pitched_layout(const Shape& shape, const PreferredLayout& preferred);

using ViewRelation = std::variant<BoxRelation, PermuteRelation, ReshapeRelation>;

/// What planning must know of operations. Implemented in ops/, so that no operator's name appears in plan/.
/// Implementations are stateless and thread-safe.
class OpTraits {
public:
    virtual ~OpTraits() = default;

    /// The equations between views that `node` states, one an operand or result; empty if a kernel computes it.
    [[nodiscard]] virtual std::vector<ViewRelation> relations(const Graph& graph, const Node& node) const = 0;
    /// Why a kernel of `node` can't read input `input` (or write output `output`) in this view; empty if it can.
    [[nodiscard]] virtual std::string why_not_read(const Graph& graph, const Node& node, int input,
                                                   const ViewSpec& view) const = 0;
    [[nodiscard]] virtual std::string why_not_written(const Graph& graph, const Node& node, int output,
                                                      const ViewSpec& view) const = 0;
    /// In how many views of any layout, one after another along `axis`, a kernel of `node` can read input 0; 1: in no more
    /// than one.
    [[nodiscard]] virtual int most_segments(const Graph& graph, const Node& node, int axis) const = 0;
    /// In how many views of any layout a kernel of `node` can store output 0; 1: in no more than one.
    [[nodiscard]] virtual int most_stores(const Graph& graph, const Node& node) const = 0;
    /// Whether a kernel of `node` may store output 0 over input `input`, in one and the same view: it reads each element of
    /// the input for the result of that index alone, before it stores that.
    [[nodiscard]] virtual bool may_write_over(const Graph& graph, const Node& node, int input) const = 0;
    /// Bytes of unchanged elements that the kernel of `node` moves (pad, a slice with steps); 0 for what computes.
    [[nodiscard]] virtual std::int64_t moved_bytes(const Graph& graph, const Node& node) const = 0;
    /// By ValueId: the layout in memory that suits the producer and consumers of a value. In linear time.
    [[nodiscard]] virtual std::vector<PreferredLayout> preferred_layouts(const Graph& graph) const = 0;
};

}  // namespace abut::planning
