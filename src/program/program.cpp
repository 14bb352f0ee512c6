// SPDX-License-Identifier: Apache-2.0
#include "abut/program.hpp"

#include "program/program_state.hpp"
#include "program/session_state.hpp"

namespace abut::inline v0 {

Session Program::session(const SessionOptions& options) const {
    return Session(std::make_unique<Session::State>(state_, options));
}

std::int64_t Program::arena_bytes() const {
    return state_->plan.arena_bytes();
}

const Plan& Program::plan() const {
    return state_->plan;
}

const Graph& Program::graph() const {
    return state_->graph;
}

const std::vector<Port>& Program::inputs() const {
    return state_->inputs;
}

const std::vector<Port>& Program::outputs() const {
    return state_->outputs;
}

const std::vector<SharedPorts>& Program::shared_ports() const {
    return state_->shared_ports;
}

const ProgramStatistics& Program::statistics() const {
    return state_->statistics;
}

const Device& Program::device() const {
    return state_->device;
}

}  // namespace abut::inline v0
