// SPDX-License-Identifier: Apache-2.0
#include "support/plan_interpreter.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <random>
#include <utility>

#include "core/fail.hpp"
#include "graph/strided_walk.hpp"

namespace abut::tests {
namespace {

using reference::Tensor;

constexpr std::int64_t element_bytes = sizeof(float);
constexpr float poison = std::numeric_limits<float>::quiet_NaN();

/// Calls visit(element of the row-major tensor, element of memory) for every element of `layout`.
template <class Visit>
void for_each_element(const Layout& layout, const Visit& visit) {
    const auto count = static_cast<std::size_t>(element_count(layout.shape));
    reference::StridedWalk walk(layout.shape, {layout.strides});
    for (std::size_t i = 0; i < count; ++i, walk.advance()) visit(i, static_cast<std::size_t>(walk.offset(0)));
}

class Machine {
public:
    Machine(const Graph& graph, const Plan& plan) : plan_(plan), memories_(plan.roots.size()) {
        arena_.assign(static_cast<std::size_t>(plan.arena_bytes() / 4), poison);
        for (std::size_t r = 0; r < plan.roots.size(); ++r) {
            const Root& root = plan.roots[r];
            if (root.kind == RootKind::Arena) continue;
            memories_[r].assign(static_cast<std::size_t>(root.size_bytes / 4), poison);
            if (root.kind == RootKind::Constant)
                memories_[r] = reference::constant_tensor(graph.value(root.constant)).elements;
        }
    }

    void store(const PlannedView& view, const Tensor& tensor) {
        core::require(view.layout.shape == tensor.shape, "a result is stored in a view of another shape");
        float* to = base(view);
        for_each_element(view.layout, [&](std::size_t i, std::size_t at) { to[at] = tensor.elements[i]; });
    }

    Tensor load(const PlannedView& view) {
        Tensor tensor = reference::zeros(view.layout.shape);
        const float* from = base(view);
        for_each_element(view.layout, [&](std::size_t i, std::size_t at) { tensor.elements[i] = from[at]; });
        return tensor;
    }

    void run(const Step& step) {
        std::vector<Tensor> reads;
        for (const auto& view : step.reads) reads.push_back(load(view));
        join_segments(step, reads);
        const auto results = reference::evaluate_node(step.operation, std::span<const Tensor>(reads));
        for (const auto& view : step.writes) {
            const auto kind = plan_.roots.at(static_cast<std::size_t>(view.root)).kind;
            core::require(kind == RootKind::Arena || kind == RootKind::Output, "step \"{}\" writes what is not the plan's",
                          step.name);
        }
        for (std::size_t i = 0; i < results.size(); ++i) store(step.writes[i], results[i]);
        for (std::size_t i = results.size(); i < step.writes.size(); ++i) store(step.writes[i], results.front());
    }

private:
    /// Makes one tensor of the parts of input 0.
    static void join_segments(const Step& step, std::vector<Tensor>& reads) {
        if (step.segments == 0) return;
        const auto further = reads.end() - step.segments;
        std::vector<Tensor> parts{reads.front()};
        parts.insert(parts.end(), further, reads.end());
        reads.erase(further, reads.end());
        reads.front() = reference::evaluate_node(Concat{step.segment_axis}, std::span<const Tensor>(parts)).front();
    }

    float* base(const PlannedView& view) {
        const Root& root = plan_.roots.at(static_cast<std::size_t>(view.root));
        const bool is_arena = root.kind == RootKind::Arena;
        auto& memory = is_arena ? arena_ : memories_[static_cast<std::size_t>(view.root)];
        const auto offset = (is_arena ? root.arena_offset_bytes : 0) + view.offset_bytes;
        const auto elements = offset / element_bytes + view.layout.extent();
        core::require(offset >= 0 && offset % element_bytes == 0 && std::cmp_less_equal(elements, memory.size()),
                      "a view leaves its memory");
        return memory.data() + offset / element_bytes;
    }

    const Plan& plan_;
    std::vector<float> arena_;
    std::vector<std::vector<float>> memories_;  // by root
};

}  // namespace

std::vector<Tensor> interpret(const Graph& graph, const Plan& plan, const std::vector<Tensor>& inputs) {
    std::vector<std::size_t> order(plan.steps.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    return interpret(graph, plan, inputs, order);
}

std::vector<std::size_t> allowed_order(const Plan& plan, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<bool> done(plan.steps.size());
    const auto may_run = [&](std::size_t step) {
        return !done[step] && std::ranges::all_of(plan.steps[step].dependencies,
                                                  [&](int before) { return done[static_cast<std::size_t>(before)]; });
    };
    std::vector<std::size_t> order;
    while (order.size() < done.size()) {
        std::vector<std::size_t> ready;
        for (std::size_t step = 0; step < done.size(); ++step) {
            if (may_run(step)) ready.push_back(step);
        }
        core::require(!ready.empty(), "the steps of a plan wait for each other");
        order.push_back(seed == 0 ? ready.back() : ready[random() % ready.size()]);
        done[order.back()] = true;
    }
    return order;
}

std::vector<Tensor> interpret(const Graph& graph, const Plan& plan, const std::vector<Tensor>& inputs,
                              const std::vector<std::size_t>& order) {
    Machine machine(graph, plan);
    const auto view_of_port = [&](RootKind kind, std::size_t port, const ViewSpec& spec) {
        const auto root = std::ranges::find_if(plan.roots, [&](const Root& candidate) {
            return candidate.kind == kind && candidate.port == static_cast<int>(port);
        });
        return PlannedView{static_cast<int>(root - plan.roots.begin()), 0, spec.dtype, spec.layout};
    };
    for (std::size_t p = 0; p < inputs.size(); ++p) {
        // By the plan, where the caller has it in the memory of an output.
        const auto& home = plan.view(graph.inputs()[p].value);
        const bool shares = plan.roots.at(static_cast<std::size_t>(home.root)).kind == RootKind::Output;
        machine.store(shares ? home : view_of_port(RootKind::Input, p, graph.inputs()[p].spec), inputs[p]);
    }
    for (const auto step : order) machine.run(plan.steps.at(step));
    std::vector<Tensor> outputs;
    for (std::size_t p = 0; p < graph.outputs().size(); ++p) {
        outputs.push_back(machine.load(view_of_port(RootKind::Output, p, graph.outputs()[p].spec)));
    }
    return outputs;
}

}  // namespace abut::tests
