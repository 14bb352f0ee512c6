// SPDX-License-Identifier: Apache-2.0
#include "cli/value_lives.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "core/slot.hpp"

namespace abut::cli {

namespace {

using core::slot;

/// Whether bytes of `part` are bytes of `whole`; a value without a home is read where its parts live.
bool are_shared(const Plan& plan, ValueId part, ValueId whole) {
    const auto& a = plan.placements[slot(part)];
    const auto& b = plan.placements[slot(whole)];
    return a && b ? a->root == b->root : a.has_value() != b.has_value();
}

class Lives {
public:
    Lives(const Graph& graph, const Plan& plan)
        : graph_(graph),
          plan_(plan),
          lives_(graph.values().size()),
          has_step_(graph.nodes().size()) {}

    std::vector<ValueLife> find() {
        read_steps();
        for (std::size_t n = 0; n < has_step_.size(); ++n) {
            if (!has_step_[n]) begin_with_operands(graph_.nodes()[n]);
        }
        for (std::size_t n = has_step_.size(); n-- > 0;) {
            if (!has_step_[n]) last_as_long_as_results(graph_.nodes()[n]);
        }
        return std::move(lives_);
    }

private:
    using CopyKey = std::pair<int, int>;  ///< of a copy into a concat: value and root

    static CopyKey copy_key(ValueId value, const PlannedView& to) { return {value.index, to.root}; }

    void read_steps() {
        const int end = static_cast<int>(plan_.steps.size()) - 1;
        for (int s = 0; s <= end; ++s) {
            const Step& step = plan_.steps[static_cast<std::size_t>(s)];
            if (step.node.index >= 0) has_step_[static_cast<std::size_t>(step.node.index)] = true;
            for (const ValueId value : step.outputs) lives_[slot(value)] = {s, s};
            if (step.node.index < 0 && step.outputs.empty() && !step.inputs.empty())
                copies_.emplace(copy_key(step.inputs.front(), step.writes.front()), s);
            for (const ValueId value : step.inputs) lives_[slot(value)].last = s;
        }
        for (const Port& port : graph_.outputs()) lives_[slot(port.value)].last = end;
    }

    // What a step writes under its own name begins there.
    void begin_with_operands(const Node& node) {
        for (const ValueId result : node.outputs) {
            if (lives_[slot(result)].first >= 0) continue;
            int first = -1;
            for (const ValueId operand : node.inputs) {
                const int written = arrival(operand, result);
                if (written >= 0) first = first < 0 ? written : std::min(first, written);
            }
            lives_[slot(result)] = {first, std::max(first, lives_[slot(result)].last)};
        }
    }

    // The step after which an operand's bytes are the result's.
    int arrival(ValueId operand, ValueId result) const {
        const auto& home = plan_.placements[slot(result)];
        const auto copy = home ? copies_.find(copy_key(operand, *home)) : copies_.end();
        return copy != copies_.end() ? copy->second : lives_[slot(operand)].first;
    }

    void last_as_long_as_results(const Node& node) {
        for (const ValueId operand : node.inputs) {
            int& last = lives_[slot(operand)].last;
            for (const ValueId result : node.outputs) {
                if (are_shared(plan_, operand, result)) last = std::max(last, lives_[slot(result)].last);
            }
        }
    }

    const Graph& graph_;
    const Plan& plan_;
    std::vector<ValueLife> lives_;
    std::vector<bool> has_step_;
    std::map<CopyKey, int> copies_;
};

}  // namespace

std::vector<ValueLife> value_lives(const Graph& graph, const Plan& plan) {
    return Lives(graph, plan).find();
}

}  // namespace abut::cli
