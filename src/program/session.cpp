// SPDX-License-Identifier: Apache-2.0
#include "core/required.hpp"
#include "program/session_state.hpp"

namespace abut::inline v0 {

Session::Session(std::unique_ptr<State> state) : state_(std::move(state)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Event Session::enqueue(std::span<const Binding> inputs, std::span<const Binding> outputs, const EnqueueOptions& options) {
    auto& own = state();
    own.bind(inputs, outputs);
    return own.enqueue(options.wait);
}

Event Session::enqueue(std::initializer_list<Binding> inputs, std::initializer_list<Binding> outputs,
                       const EnqueueOptions& options) {
    return enqueue(std::span(inputs.begin(), inputs.size()), std::span(outputs.begin(), outputs.size()), options);
}

void Session::run(std::span<const Binding> inputs, std::span<const Binding> outputs) {
    enqueue(inputs, outputs).wait();
}

void Session::run(std::initializer_list<Binding> inputs, std::initializer_list<Binding> outputs) {
    enqueue(inputs, outputs).wait();
}

const Buffer& Session::arena() const {
    return state().arena;
}

Session::State& Session::state() const {
    return core::required(state_, "session");
}

const Queue& Session::queue() const {
    return state().queue;
}

}  // namespace abut::inline v0
