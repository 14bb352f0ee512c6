// SPDX-License-Identifier: Apache-2.0
#include "plan/check_steps.hpp"

#include <bit>

namespace abut::planning {

void StepSet::insert(int step) {
    const auto bit = static_cast<std::size_t>(step + 1);
    if (words_.size() <= bit / 64) words_.resize(bit / 64 + 1, 0);
    words_[bit / 64] |= std::uint64_t{1} << (bit % 64);
}

void StepSet::insert(const StepSet& other) {
    if (words_.size() < other.words_.size()) words_.resize(other.words_.size(), 0);
    for (std::size_t w = 0; w < other.words_.size(); ++w) words_[w] |= other.words_[w];
}

int StepSet::first_beyond(const StepSet& other) const {
    for (std::size_t w = 0; w < words_.size(); ++w) {
        const std::uint64_t beyond = words_[w] & ~(w < other.words_.size() ? other.words_[w] : 0);
        if (beyond != 0) return static_cast<int>(w * 64) + std::countr_zero(beyond) - 1;
    }
    return caller - 1;
}

CheckSteps::CheckSteps(const Graph& graph, const Plan& plan) : of_node_(graph.nodes().size()) {
    for (std::size_t s = 0; s < plan.steps.size(); ++s) {
        const Step& step = plan.steps[s];
        const int index = static_cast<int>(s);
        if (step.node.index >= 0) {
            of_node_.at(static_cast<std::size_t>(step.node.index)).push_back(index);
            continue;
        }
        const ValueId from = step.inputs.at(0);
        const PlannedView& to = step.writes.at(0);
        if (step.outputs.size() == 1) into_[step.outputs.front()].push_back(index);
        to_[{from, to.root, to.offset_bytes}].push_back(index);
        to_root_[{from, to.root}].push_back(index);
    }
}

}  // namespace abut::planning
