// SPDX-License-Identifier: Apache-2.0
#include "abut/program.hpp"

#include "core/required.hpp"
#include "program/program_state.hpp"
#include "program/session_state.hpp"

namespace abut::inline v0 {
namespace {

const Program::State& state_of(const Program& program) {
    return core::required(program.state(), "program");
}

}  // namespace

Session Program::session(const SessionOptions& options) const {
    static_cast<void>(state_of(*this));
    return Session(std::make_unique<Session::State>(state_, options));
}

std::int64_t Program::arena_bytes() const {
    return state_of(*this).plan.arena_bytes();
}

const Plan& Program::plan() const {
    return state_of(*this).plan;
}

const CostModel& Program::cost_model() const {
    return state_of(*this).cost_model;
}

const Graph& Program::graph() const {
    return state_of(*this).graph;
}

const std::vector<Port>& Program::inputs() const {
    return state_of(*this).inputs;
}

const std::vector<Port>& Program::outputs() const {
    return state_of(*this).outputs;
}

const std::vector<SharedPorts>& Program::shared_ports() const {
    return state_of(*this).shared_ports;
}

const ProgramStatistics& Program::statistics() const {
    return state_of(*this).statistics;
}

const Device& Program::device() const {
    return state_of(*this).device;
}

}  // namespace abut::inline v0
