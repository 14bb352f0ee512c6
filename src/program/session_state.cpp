// SPDX-License-Identifier: Apache-2.0
#include "program/session_state.hpp"

#include <utility>

#include "core/fail.hpp"
#include "program/shared_ports.hpp"
#include "program/step_spec.hpp"

namespace abut::inline v0 {
namespace {

using EventPointer = Session::State::EventPointer;

Buffer new_arena(const Program::State& program) {
    const auto bytes = program.plan.arena_bytes();
    if (bytes == 0) return {};
    try {
        return program.device.allocate(bytes);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::OutOfMemory) throw;
        core::fail(ErrorCode::OutOfMemory, "graph \"{}\": no memory for its arena of {} bytes: {}", program.graph.name(),
                   bytes, error.what());
    }
}

Buffer arena_for(const Program::State& program, const Buffer& given) {
    if (!given) return new_arena(program);
    const auto needed = program.plan.arena_bytes();
    if (given.size_bytes() >= needed) return given;
    core::fail_invalid("arena: expected at least {} bytes (Program::arena_bytes), found {}", needed, given.size_bytes());
}

programs::Address arena_address(const Program::State& program, const Buffer& arena) {
    if (!arena) return {};
    programs::Address address{.memory = program.device.backend()->import(arena.memory()),
                              .offset_bytes = arena.offset_bytes()};
    const auto needed = programs::arena_alignment_bytes(program.device.profile());
    if (address.is_multiple_of(needed)) return address;
    const Alignment start{address.memory->alignment_bytes(), 0};
    core::fail_invalid("arena: expected an address that is a multiple of {} bytes, found {}", needed,
                       start.moved(address.offset_bytes).power_of_two());
}

}  // namespace

Session::State::State(std::shared_ptr<const Program::State> the_program, const SessionOptions& options)
    : program(std::move(the_program)),
      queue(options.queue ? options.queue : program->device.queue()),
      arena(arena_for(*program, options.arena)),
      input_binding_(program->inputs, "input"),
      output_binding_(program->outputs, "output"),
      memories_{.arena = arena_address(*program, arena), .inputs = {}, .outputs = {}} {
    steps_.reserve(program->steps.size());
    for (std::size_t i = 0; i < program->steps.size(); ++i) {
        steps_.emplace_back(program->steps[i], program->plan.steps[i], program->plan, memories_);
    }
}

Session::State::~State() {
    if (!last_) return;
    try {
        last_->wait();
    } catch (const Error&) {  // whoever waits for the run's event gets this error too
    }
}

const jit::CompiledKernel& Session::State::kernel_of(int step) const {
    const auto index = static_cast<std::size_t>(step);
    const auto& compiled = program->steps.at(index);
    return *(steps_[index].is_promised() ? compiled.promised : *compiled.unaligned).launch.kernel;
}

void Session::State::bind(std::span<const Binding> inputs, std::span<const Binding> outputs) {
    auto input_addresses = input_binding_.addresses(inputs, program->device);
    auto output_addresses = output_binding_.addresses(outputs, program->device);
    if (!program->shared_ports.empty()) {
        programs::require_shared(program->shared_ports, program->inputs, input_binding_.by_port(inputs), program->outputs,
                                 output_binding_.by_port(outputs));
    }
    if (bound_ && input_addresses == memories_.inputs && output_addresses == memories_.outputs) return;
    bound_ = false;
    memories_.inputs = std::move(input_addresses);
    memories_.outputs = std::move(output_addresses);
    for (auto& step : steps_) step.bind_ports(memories_);
    if (persistent_) persistent_->bind(steps_, memories_, last_.get());
    bound_ = true;
}

/// Runs from now on use the program's persistent kernel, if it has one by now; where it is to be built, the second run
/// starts that.
void Session::State::take_persistent() {
    if (persistent_ || !program->persistent) return;
    if (auto kernel = program->persistent->get()) {
        persistent_ = std::make_unique<programs::PersistentRun>(std::move(kernel), program->device);
        persistent_->bind(steps_, memories_, last_.get());
    } else if (has_run_) {
        program->persistent->start();
    }
}

Event Session::State::enqueue(std::span<const Event> wait) try {
    take_persistent();
    last_ = enqueue_steps(programs::pending(wait));
    has_run_ = true;
    queue.backend()->flush();
    return Event(last_);
} catch (...) {
    // Part of the run may be on its way; the arena must not be used again, or freed, before it is through.
    queue.backend()->finish();
    throw;
}

EventPointer Session::State::enqueue_steps(std::vector<EventPointer> wait) {
    auto& backend = *queue.backend();
    if (persistent_) {
        if (!backend.in_order() && last_) wait.push_back(last_);
        return persistent_->launch(backend, wait);
    }
    if (!backend.in_order()) return enqueue_out_of_order(std::move(wait));
    if (!has_run_) graph_ = programs::StepGraph::record(*program->device.backend(), steps_);
    return graph_ ? graph_->launch(steps_, backend, wait) : enqueue_in_order(wait);
}

EventPointer Session::State::enqueue_in_order(const std::vector<EventPointer>& wait) {
    auto& backend = *queue.backend();
    programs::StepRunner* previous = nullptr;
    std::span<const EventPointer> first_waits = wait;
    for (auto& step : steps_) {
        if (!step.has_tiles()) continue;
        if (previous) previous->launch(backend, std::exchange(first_waits, {}), false);
        previous = &step;
    }
    if (previous) return previous->launch(backend, first_waits, true);
    return wait.empty() ? nullptr : backend.marker(wait);
}

EventPointer Session::State::enqueue_out_of_order(std::vector<EventPointer> wait) {
    auto& backend = *queue.backend();
    if (last_) wait.push_back(last_);  // the arena is in use until then
    std::vector<EventPointer> done(steps_.size());
    std::vector<bool> awaited(steps_.size());
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        if (!steps_[i].has_tiles()) continue;
        std::vector<EventPointer> before;
        for (const int dependency : steps_[i].dependencies()) {
            before.push_back(done[static_cast<std::size_t>(dependency)]);
            awaited[static_cast<std::size_t>(dependency)] = true;
        }
        done[i] = steps_[i].launch(backend, before.empty() ? wait : before, true);
    }
    std::vector<EventPointer> ends;
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (done[i] && !awaited[i]) ends.push_back(done[i]);
    }
    if (ends.empty()) ends = std::move(wait);
    return ends.empty() ? nullptr : backend.marker(ends);
}

Event Session::State::enqueue_step(int step, std::span<const Event> wait) {
    auto& runner = steps_.at(static_cast<std::size_t>(step));
    const auto events = programs::pending(wait);
    if (!runner.has_tiles()) return events.empty() ? Event() : Event(queue.backend()->marker(events));
    last_ = runner.launch(*queue.backend(), events, true);
    queue.backend()->flush();
    return Event(last_);
}

}  // namespace abut::inline v0
