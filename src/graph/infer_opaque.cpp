// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <utility>
#include <vector>

#include "core/alignments.hpp"
#include "core/fail.hpp"
#include "graph/infer_rules.hpp"

namespace abut::inference {
namespace {

void check_accepted(const AcceptedView& accepted, const Shape& shape, std::string_view what, std::size_t index) {
    const std::int64_t bytes = accepted.alignment_bytes;
    core::require(
        bytes >= 1 && bytes <= core::largest_alignment_bytes && std::has_single_bit(static_cast<std::uint64_t>(bytes)),
        "{} {}: expected an alignment that is a power of two of at most {} bytes, found {}", what, index,
        core::largest_alignment_bytes, bytes);
    if (accepted.takes_any_strides()) {
        core::require(accepted.row_axes == 0, "{} {}: expected an order of axes beside row_axes {}, found none", what, index,
                      accepted.row_axes);
        return;
    }
    const int rank = shape.rank();
    core::require(accepted.order.rank() == rank, "{} {}: expected an order of {} axes for shape {}, found {}", what, index,
                  rank, to_string(shape), accepted.order.rank());
    std::vector<bool> seen(static_cast<std::size_t>(rank), false);
    for (const std::int64_t axis : accepted.order) {
        core::require(axis >= 0 && axis < rank && !seen[static_cast<std::size_t>(axis)],
                      "{} {}: expected an order with each axis of 0 to {} once, found {}", what, index, rank - 1, axis);
        seen[static_cast<std::size_t>(axis)] = true;
    }
    core::require(accepted.row_axes >= 0 && accepted.row_axes <= rank, "{} {}: expected 0 to {} row_axes, found {}", what,
                  index, rank, accepted.row_axes);
}

/// Several views at once go to kernels that take any.
void check_several(const std::vector<AcceptedView>& accepted, int most, std::string_view what) {
    core::require(most >= 1, "expected at least one view of {} 0, found {}", what, most);
    const bool takes_any = accepted.empty() || accepted.front() == AcceptedView{};
    core::require(most == 1 || takes_any,
                  "expected one view of {} 0, since its accepted views say which it takes; only a kernel that takes any can "
                  "get several; found {}",
                  what, most);
}

void check_in_place(const Opaque& opaque, Inputs inputs) {
    const ViewSpec& output = opaque.outputs.front();
    for (const int input : opaque.in_place_inputs) {
        core::require(input >= 0 && std::cmp_less(input, inputs.size()), "expected in_place_inputs of 0 to {}, found {}",
                      static_cast<int>(inputs.size()) - 1, input);
        const auto& read = inputs[static_cast<std::size_t>(input)];
        core::require(read.dtype == output.dtype && read.shape == output.shape(),
                      "expected input {} to have the dtype and shape {} of output 0, which may be stored over it, found {}",
                      input, to_string(output.shape()), to_string(read.shape));
    }
}

}  // namespace

Types infer(const Opaque& opaque, Inputs inputs) {
    core::require(!opaque.outputs.empty(), "expected at least one output, found none");
    core::require(opaque.reads.size() <= inputs.size(), "expected at most {} accepted views, one an input, found {}",
                  inputs.size(), opaque.reads.size());
    core::require(opaque.writes.size() <= opaque.outputs.size(),
                  "expected at most {} accepted views, one an output, found {}", opaque.outputs.size(),
                  opaque.writes.size());
    for (std::size_t i = 0; i < opaque.reads.size(); ++i) check_accepted(opaque.reads[i], inputs[i].shape, "input", i);
    for (std::size_t i = 0; i < opaque.writes.size(); ++i)
        check_accepted(opaque.writes[i], opaque.outputs[i].shape(), "output", i);
    check_several(opaque.reads, opaque.most_segments, "input");
    check_several(opaque.writes, opaque.most_stores, "output");
    core::require(opaque.most_segments == 1 || !inputs.empty(), "expected an input 0 to read in segments, found none");
    check_in_place(opaque, inputs);
    Types types;
    for (const ViewSpec& output : opaque.outputs) types.push_back({output.dtype, output.shape()});
    return types;
}

}  // namespace abut::inference
