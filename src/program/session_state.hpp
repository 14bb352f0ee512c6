// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "abut/program.hpp"
#include "program/persistent_run.hpp"
#include "program/port_binding.hpp"
#include "program/program_state.hpp"
#include "program/step_graph.hpp"
#include "program/step_runner.hpp"

namespace abut::inline v0 {

/// What one session owns: kernels with arguments, arena, queue. Used by one thread at a time.
struct Session::State {
    using EventPointer = std::shared_ptr<device::EventBackend>;

    State(std::shared_ptr<const Program::State> program, const SessionOptions& options);
    ~State();
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    /// Takes the memory of the next run. Throws as Session::enqueue does, with nothing enqueued.
    void bind(std::span<const Binding> inputs, std::span<const Binding> outputs);
    /// Enqueues all steps on what is bound.
    Event enqueue(std::span<const Event> wait);
    /// Enqueues one step on what is bound, for tools that look at a run step by step. The caller orders the steps.
    Event enqueue_step(int step, std::span<const Event> wait);

    /// What enqueue_step runs on what is bound.
    [[nodiscard]] const jit::CompiledKernel& kernel_of(int step) const;

    /// The run of all steps as one kernel; null where they are launched one by one.
    [[nodiscard]] const programs::PersistentRun* persistent() const noexcept { return persistent_.get(); }

    const std::shared_ptr<const Program::State> program;
    const Queue queue;
    const Buffer arena;

private:
    void take_persistent();
    EventPointer enqueue_steps(std::vector<EventPointer> wait);
    EventPointer enqueue_in_order(const std::vector<EventPointer>& wait);
    EventPointer enqueue_out_of_order(std::vector<EventPointer> wait);

    programs::PortBinding input_binding_;
    programs::PortBinding output_binding_;
    programs::Memories memories_;
    std::vector<programs::StepRunner> steps_;
    std::unique_ptr<programs::PersistentRun> persistent_;  ///< where the program has such a kernel
    std::unique_ptr<programs::StepGraph> graph_;  ///< all steps; made by the first run, empty where the device has none
    bool has_run_ = false;
    bool bound_ = false;  ///< the steps' arguments are those of memories_
    EventPointer last_;   ///< end of the last run
};

}  // namespace abut::inline v0
