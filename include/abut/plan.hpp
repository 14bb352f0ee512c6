// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "abut/cost_model.hpp"
#include "abut/graph.hpp"

namespace abut::inline v0 {

enum class RootKind : std::uint8_t {
    Arena,     ///< part of the session's arena
    Input,     ///< memory of the caller's, bound at each run
    Output,    ///< likewise
    Constant,  ///< a constant of the graph
};

/// A buffer of the plan that views live in.
struct Root {
    RootKind kind = RootKind::Arena;
    int port = -1;                        ///< index of the graph's input or output
    ValueId constant;                     ///< of a Constant root
    std::int64_t size_bytes = 0;          ///< from the root's first byte to the end of its last element
    std::int64_t arena_offset_bytes = 0;  ///< of an Arena root
    int first_step = 0;                   ///< the steps between which the root holds live bytes, both included
    int last_step = 0;
};

/// A view of the plan: a root, the byte offset of element 0 in it, and the layout.
struct PlannedView {
    int root = -1;
    std::int64_t offset_bytes = 0;
    DType dtype = DType::Float32;
    Layout layout;
};

/// One launch. `node` is the graph's node; a step that planning adds has the operation Copy and no node, and moves the
/// elements of reads[0] to writes[0], which have one shape and dtype.
struct Step {
    Operation operation;
    NodeId node;
    std::string name;
    std::vector<ValueId> inputs;  ///< which values the reads hold, one a read; not set for an added copy's output
    std::vector<ValueId> outputs;
    std::vector<PlannedView> reads;
    std::vector<PlannedView> writes;
    /// So many reads at the end go on with the node's input 0 along `segment_axis`; reads[0] is its first part.
    int segments = 0;
    int segment_axis = 0;
    int stores = 0;                 ///< so many writes at the end get the node's output 0 as well
    std::vector<int> dependencies;  ///< earlier steps that must be done first, transitively reduced
    std::string reason{};           ///< of a copy that planning added: why what it fills is no view of what it reads
};

/// Which rung of the ladder realises an operand.
enum class Rung : std::uint8_t { Alias, SharedRoot, Reordered, MultiStore, SegmentedRead, Copy };

/// How one operand of a concat (or one part of another view operation) was realised, and why not better.
struct OperandDecision {
    ValueId value;
    Rung how = Rung::Alias;
    std::string reason;  ///< empty for Alias
    std::int64_t offset_bytes = 0;
    std::int64_t alignment_bytes = 0;  ///< the largest power of two that divides offset and every stride
};

struct Decision {
    NodeId concat;
    int axis = 0;
    std::vector<OperandDecision> operands;
};

/// How the placement was decided.
struct SearchSummary {
    int groups = 0;        ///< of concats and other views that can't all be aliases
    int groups_exact = 0;  ///< for which no other choices cost less; for the others the search ended with its budget
    int placements = 0;    ///< that were tried, those for memory included
};

struct PlanStatistics {
    int concats = 0;
    int concats_placed = 0;                ///< those without a copied operand
    std::int64_t copied_bytes = 0;         ///< unchanged elements that are moved for concat, split, slice or pad
    std::int64_t concat_copied_bytes = 0;  ///< of these, for concats
    std::int64_t conversion_bytes = 0;     ///< moved to change layouts
    std::int64_t arena_bytes = 0;
    std::int64_t workspace_bytes = 0;
    std::int64_t padding_bytes = 0;      ///< of the arena: what rounding adds where most is needed
    std::int64_t lower_bound_bytes = 0;  ///< of values that are needed at one time, at most, in this order of the steps
    int in_place_steps = 0;              ///< whose kernel stores its result over an input that nothing reads afterwards
    /// Estimated by the cost model: copies, conversions, second stores, further segments, and accesses that are less aligned
    /// in slices. 0 where bytes alone count.
    double estimated_ns = 0;
    SearchSummary search;
};

enum class ConcatMode : std::uint8_t { Slices, Copies };

/// A rung that one operand of a concat is to have: Alias, MultiStore, SegmentedRead (which all of its operands have then) or
/// Copy.
struct ForcedRung {
    std::string concat;  ///< the name of its node
    int operand = 0;     ///< its position, from 0
    Rung how = Rung::Copy;
};

struct PlanOptions {
    ConcatMode concat = ConcatMode::Slices;
    std::int64_t root_alignment_bytes = 64;  ///< of the arena and each root in it: a power of two, 1 MiB at most
    /// Of arena and workspace. plan() throws OutOfMemory at once where it finds no plan within it.
    std::optional<std::int64_t> memory_limit_bytes{};
    /// What planning must not decide itself, for measurements. Such a plan keeps the order of operands and may need more
    /// memory than one with copies; plan() throws Unsupported where a rung can't be had, with the reason.
    std::vector<ForcedRung> forced_rungs{};
    /// What a copy, a second store, a segment take on the device. The same numbers give the same plan. plan() throws
    /// InvalidArgument for numbers that make no sense.
    CostModel cost_model{};
};

/// Where every value lives and in which order the steps run. A plain value.
struct ABUT_API Plan {
    std::vector<Root> roots;
    /// By ValueId; nothing for values that no step touches, and for concats that are read in segments. The value of a
    /// graph's output lies here in an Output root, or elsewhere where a Copy step moves it there at the end.
    std::vector<std::optional<PlannedView>> placements;
    std::vector<Step> steps;
    std::vector<Decision> decisions;
    PlanStatistics statistics;

    /// Throws InvalidArgument for a value that has no home.
    [[nodiscard]] const PlannedView& view(ValueId value) const;
    [[nodiscard]] std::int64_t arena_bytes() const noexcept { return statistics.arena_bytes; }
};

/// The plan of `graph` as it stands (no passes, operands in their order), in which nodes may be Opaque: kernels of the
/// caller's get views that they accept, or the error (Unsupported) names the kernel and what it asks for. Pure; thread-safe.
/// A memory limit is met by reads in segments, by another order of steps, or by copies, in this order; the error where it
/// can't be names the least that any plan tried needs, and the step that sets it. Throws InvalidArgument for options out of
/// range.
ABUT_API Plan plan(const Graph& graph, const PlanOptions& options = {});

ABUT_API std::string_view to_string(Rung rung);

}  // namespace abut::inline v0
