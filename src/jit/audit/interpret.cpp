// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/interpret.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "core/fail.hpp"
#include "jit/audit/evaluate.hpp"

namespace abut::jit {
namespace {

/// Bounds that grow are given up in the first round, since conditions give them back; what is left changes a few times at
/// most.
constexpr int most_rounds = 200;

const AuditState unreachable{.is_reachable = false};

/// How a statement is left other than at its end.
struct Exits {
    AuditState breaks = unreachable;
    AuditState continues = unreachable;
    AuditState returns = unreachable;
    std::optional<AuditValue> result{};
};

class Interpreter {
public:
    Interpreter(const AuditProgram& program, const AuditEntry& entry, const std::function<void(const MemoryAccess&)>& found)
        : program_(program),
          entry_(entry),
          found_([this, &found](MemoryAccess access) {
              access.calls = &calls_;
              access.variables = &variables_;
              found(access);
          }),
          evaluator_(program, entry, found_,
                     [this](const Node& call, const std::vector<AuditValue>& arguments, AuditState& state) {
                         return called(call, arguments, state);
                     }) {}

    void run();

private:
    AuditValue called(const Node& call, const std::vector<AuditValue>& arguments, AuditState& state);
    /// What it returns, if anything.
    std::optional<AuditValue> enter(int function, const std::vector<AuditValue>& arguments, AuditState& state);
    void execute(const Node& node, AuditState& state, Exits& exits);
    void declare(const Node& node, AuditState& state);
    void choose(const Node& node, AuditState& state, Exits& exits);
    void loop(const Node& node, AuditState& state, Exits& exits);
    void choose_case(const Node& node, AuditState& state, Exits& exits);
    void leave(const Node& node, AuditState& state, Exits& exits);
    void add_object(int type, const std::string& name, AuditState& state);
    [[nodiscard]] bool holds_numbers(int type) const;

    const AuditProgram& program_;
    const AuditEntry& entry_;
    std::function<void(const MemoryAccess&)> found_;
    Evaluator evaluator_;
    std::vector<const Node*> calls_;
    std::vector<AuditedVariable> variables_;
    std::map<std::vector<const Node*>, AuditState> heads_;  ///< of loops, by the calls that led to them
    const AuditFunction* function_ = nullptr;
    AuditState on_entry_to_switch_ = unreachable;
};

void Interpreter::run() {
    AuditState state;
    for (const auto& global : program_.globals) add_object(global.type, global.name, state);
    for (std::size_t i = 0; i < program_.globals.size(); ++i) {
        const auto& global = program_.globals[i];
        const auto to = AuditValue::to(static_cast<int>(i));
        if (global.value.kind != NodeKind::Empty) evaluator_.initialise(to, global.type, global.value, state);
    }
    enter(entry_.function, entry_.arguments, state);
}

/// Of floats and vectors nothing is kept.
bool Interpreter::holds_numbers(int index) const {
    const auto& type = evaluator_.type(index);
    if (type.kind == TypeKind::Array) return holds_numbers(type.target);
    const auto holds = [this](const AuditField& field) { return holds_numbers(field.type); };
    return type.kind == TypeKind::Record ? std::ranges::any_of(type.fields, holds) : type.kind != TypeKind::Other;
}

void Interpreter::add_object(int type, const std::string& name, AuditState& state) {
    variables_.push_back({.name = &name, .size_bytes = evaluator_.type(type).size_bytes});
    if (holds_numbers(type)) {
        state.add_object(evaluator_.type(type).size_bytes);
    } else {
        state.objects.emplace_back();
    }
}

AuditValue Interpreter::called(const Node& call, const std::vector<AuditValue>& arguments, AuditState& state) {
    const auto& result = evaluator_.type(call.type);
    const bool gives_nothing =
        result.kind == TypeKind::Other && program_.functions.at(static_cast<std::size_t>(call.target)).is_idle;
    if (gives_nothing || entry_.others.contains(call.target)) return any_value(result);
    calls_.push_back(&call);
    auto value = enter(call.target, arguments, state);
    calls_.pop_back();
    return value.value_or(any_value(result));
}

std::optional<AuditValue> Interpreter::enter(int function, const std::vector<AuditValue>& arguments, AuditState& state) {
    const auto& callee = program_.functions.at(static_cast<std::size_t>(function));
    const int caller_frame = std::exchange(evaluator_.frame, static_cast<int>(state.objects.size()));
    const auto* caller = std::exchange(function_, &callee);
    for (std::size_t i = 0; i < callee.variables.size(); ++i) add_object(callee.variables[i], callee.names.at(i), state);
    for (std::size_t i = 0; i < callee.parameters.size(); ++i) {
        const auto to = AuditValue::to(evaluator_.frame + static_cast<int>(i));
        store(state, to, evaluator_.type(callee.parameters[i]), arguments.at(i));
    }
    Exits exits;
    auto outer_switch = std::exchange(on_entry_to_switch_, unreachable);
    execute(callee.body, state, exits);
    on_entry_to_switch_ = std::move(outer_switch);
    join(state, exits.returns);
    if (state.is_reachable) state.objects.resize(static_cast<std::size_t>(evaluator_.frame));
    variables_.resize(static_cast<std::size_t>(evaluator_.frame));
    evaluator_.frame = caller_frame;
    function_ = caller;
    // Its variables are gone.
    const auto is_gone = [&](const PointerTarget& target) { return target.base >= static_cast<int>(variables_.size()); };
    const bool is_lost = exits.result && std::ranges::any_of(exits.result->targets, is_gone);
    return is_lost ? AuditValue::lost() : exits.result;
}

void Interpreter::execute(const Node& node, AuditState& state, Exits& exits) {
    if (node.kind == NodeKind::Case) join(state, on_entry_to_switch_);
    if (!state.is_reachable && !on_entry_to_switch_.is_reachable) return;
    switch (node.kind) {
        case NodeKind::Block:
            for (const auto& child : node.children) execute(child, state, exits);
            return;
        case NodeKind::Case:
            return execute(node.children[0], state, exits);
        default:
            break;
    }
    if (!state.is_reachable) return;
    switch (node.kind) {
        case NodeKind::Declare:
            return declare(node, state);
        case NodeKind::Evaluate:
            evaluator_.value(node.children[0], state);
            return;
        case NodeKind::If:
            return choose(node, state, exits);
        case NodeKind::Loop:
            return loop(node, state, exits);
        case NodeKind::Switch:
            return choose_case(node, state, exits);
        case NodeKind::Break:
        case NodeKind::Continue:
        case NodeKind::Return:
            return leave(node, state, exits);
        case NodeKind::Empty:
            return;
        default:
            core::fail(ErrorCode::Compiler, "the audit has an expression where a statement belongs");
    }
}

void Interpreter::declare(const Node& node, AuditState& state) {
    const auto to = AuditValue::to(evaluator_.frame + node.target);
    const int type = function_->variables.at(static_cast<std::size_t>(node.target));
    // In a loop it holds nothing of the round before.
    forget(state, to);
    if (!node.children.empty()) evaluator_.initialise(to, type, node.children[0], state);
}

void Interpreter::choose(const Node& node, AuditState& state, Exits& exits) {
    auto other = state;
    evaluator_.assume(node.children[0], true, state);
    evaluator_.assume(node.children[0], false, other);
    if (state.is_reachable) execute(node.children[1], state, exits);
    if (other.is_reachable && node.children.size() > 2) execute(node.children[2], other, exits);
    join(state, other);
}

void Interpreter::leave(const Node& node, AuditState& state, Exits& exits) {
    if (node.kind == NodeKind::Break) join(exits.breaks, state);
    if (node.kind == NodeKind::Continue) join(exits.continues, state);
    if (node.kind == NodeKind::Return) {
        if (!node.children.empty()) {
            auto value = evaluator_.value(node.children[0], state);
            exits.result = exits.result ? joined(*exits.result, value) : std::move(value);
        }
        join(exits.returns, state);
    }
    state.is_reachable = false;
}

void Interpreter::loop(const Node& node, AuditState& state, Exits& exits) {
    execute(node.children[0], state, exits);
    const auto& condition = node.children[1];
    const bool body_first = node.number == 1;
    // What was found when an outer loop came here before is what this will come to at least.
    auto path = calls_;
    path.push_back(&node);
    auto& known = heads_.try_emplace(std::move(path), unreachable).first->second;
    auto head = state;
    join(head, known);
    for (int round = 0; round < most_rounds; ++round) {
        Exits inner;
        auto left = unreachable;
        state = head;
        const auto check = [&] {
            if (condition.kind == NodeKind::Empty) return;
            auto ends = state;
            evaluator_.assume(condition, false, ends);
            evaluator_.assume(condition, true, state);
            join(left, ends);
        };
        if (!body_first) check();
        execute(node.children[3], state, inner);
        join(state, inner.continues);
        if (state.is_reachable) execute(node.children[2], state, inner);
        if (body_first && state.is_reachable) check();
        join(left, inner.breaks);
        join(exits.returns, inner.returns);
        if (inner.result) exits.result = exits.result ? joined(*exits.result, *inner.result) : *inner.result;
        auto next = head;
        join(next, state, true);
        if (next == head) {
            known = std::move(head);
            state = std::move(left);
            return;
        }
        head = std::move(next);
    }
    core::fail(ErrorCode::Compiler, "function {}: the audit found no end to a loop", function_->name);
}

/// Any case may be the one that is jumped to, or none.
void Interpreter::choose_case(const Node& node, AuditState& state, Exits& exits) {
    evaluator_.value(node.children[0], state);
    auto outer = std::exchange(on_entry_to_switch_, state);
    auto none = state;
    Exits inner;
    state.is_reachable = false;
    execute(node.children[1], state, inner);
    on_entry_to_switch_ = std::move(outer);
    join(state, inner.breaks);
    join(state, none);
    join(exits.continues, inner.continues);
    join(exits.returns, inner.returns);
    if (inner.result) exits.result = exits.result ? joined(*exits.result, *inner.result) : *inner.result;
}

}  // namespace

void interpret(const AuditProgram& program, const AuditEntry& entry, const std::function<void(const MemoryAccess&)>& found) {
    Interpreter(program, entry, found).run();
}

}  // namespace abut::jit
