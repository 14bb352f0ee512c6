// SPDX-License-Identifier: Apache-2.0
#include "onnx/operator_table.hpp"
#include "onnx/shape_rules.hpp"

namespace abut::onnx {

namespace {

// More pieces than any network's shuffle has would make a graph that nothing can plan.
constexpr std::size_t max_pieces = 4096;

/// Elements begin, begin + step, ... of an axis.
struct Run {
    std::int64_t begin = 0;
    std::int64_t step = 1;
    std::int64_t size = 0;
};

// Indices as arithmetic sequences, each as long as it gets.
std::vector<Run> runs_of(const std::vector<std::int64_t>& indices) {
    std::vector<Run> runs;
    for (const std::int64_t index : indices) {
        Run* run = runs.empty() ? nullptr : &runs.back();
        const std::int64_t distance = run == nullptr ? 0 : index - (run->begin + (run->size - 1) * run->step);
        const bool continues = run != nullptr && distance != 0 && (run->size == 1 || distance == run->step);
        if (!continues) {
            runs.push_back({index, 1, 1});
            continue;
        }
        run->step = distance;
        ++run->size;
    }
    return runs;
}

void import_gather(NodeImport& node) {
    const GatherRule rule = gather_rule(node);
    const Shape x = node.shape(0);
    std::vector<Run> runs = runs_of(rule.indices);
    if (runs.empty()) runs.push_back({});
    if (runs.size() > max_pieces) node.fail_unsupported("a Gather of {} separate pieces is unsupported", runs.size());
    std::vector<ValueId> pieces;
    for (const Run& run : runs) {
        Slice slice{.begin = Dims::filled(x.rank(), 0), .steps = Dims::filled(x.rank(), 1), .sizes = x};
        slice.begin[rule.axis] = run.begin;
        slice.steps[rule.axis] = run.step;
        slice.sizes[rule.axis] = run.size;
        const bool whole = slice.sizes == x && run.begin == 0;
        pieces.push_back(whole ? node.value(0) : node.emit(slice, {node.value(0)}));
    }
    const ValueId joined = pieces.size() == 1 ? pieces.front() : node.emit(Concat{rule.axis}, pieces);
    node.set(node.reshape(joined, rule.output));
}

constexpr OperatorEntry gather_entries[] = {
    {"Gather", import_gather, 0b10, true},
};

}  // namespace

std::span<const OperatorEntry> gather_operators() {
    return gather_entries;
}

}  // namespace abut::onnx
