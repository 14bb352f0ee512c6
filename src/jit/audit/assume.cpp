// SPDX-License-Identifier: Apache-2.0
// What conditions say of variables.
#include <algorithm>
#include <string_view>

#include "jit/audit/evaluate.hpp"

namespace abut::jit {
namespace {

std::string_view opposite(std::string_view sign) {
    if (sign == "<") return ">=";
    if (sign == ">") return "<=";
    if (sign == "<=") return ">";
    if (sign == ">=") return "<";
    return sign == "==" ? "!=" : "==";
}

/// Whether it may be evaluated twice.
bool changes_nothing(const Node& node) {
    const bool is_change = node.kind == NodeKind::Assign || node.kind == NodeKind::Step || node.kind == NodeKind::Call;
    return !is_change && std::ranges::all_of(node.children, changes_nothing);
}

}  // namespace

void Evaluator::assume(const Node& condition, bool wanted, AuditState& state) {
    if (!state.is_reachable) return;
    const bool is_both = condition.kind == (wanted ? NodeKind::And : NodeKind::Or);
    const bool is_either = condition.kind == (wanted ? NodeKind::Or : NodeKind::And);
    if (is_both) {
        assume(condition.children[0], wanted, state);
        assume(condition.children[1], wanted, state);
        return;
    }
    if (is_either) {
        auto first = state;
        assume(condition.children[0], wanted, first);
        assume(condition.children[0], !wanted, state);
        assume(condition.children[1], wanted, state);
        join(state, first);
        return;
    }
    if (condition.kind == NodeKind::Unary && condition.sign == "!") return assume(condition.children[0], !wanted, state);
    const auto found = value(condition, state);
    const auto truth =
        found.is_number() && type(condition.type).kind == TypeKind::Integer ? found.number.truth() : std::nullopt;
    if (truth && *truth != wanted) {
        state.is_reachable = false;
        return;
    }
    if (condition.kind == NodeKind::Binary && is_comparison(condition.sign)) compare(condition, wanted, state);
}

/// What a comparison says of the variables on its sides.
void Evaluator::compare(const Node& condition, bool wanted, AuditState& state) {
    const Node& left = condition.children[0];
    const Node& right = condition.children[1];
    if (left.kind != NodeKind::Variable && right.kind != NodeKind::Variable) return;
    if (!changes_nothing(condition)) return;
    if (type(left.type).kind != TypeKind::Integer || type(right.type).kind != TypeKind::Integer) return;
    const auto a = value(left, state);
    const auto b = value(right, state);
    if (!a.is_number() || !b.is_number()) return;
    const auto sign = wanted ? std::string_view(condition.sign) : opposite(condition.sign);
    const auto one = KnownNumber::of(1);
    const KnownNumber any{};
    if (sign == "<") {
        limit(left, any, b.number - one, state);
        limit(right, a.number + one, any, state);
    } else if (sign == "<=") {
        limit(left, any, b.number, state);
        limit(right, a.number, any, state);
    } else if (sign == ">") {
        limit(left, b.number + one, any, state);
        limit(right, any, a.number - one, state);
    } else if (sign == ">=") {
        limit(left, b.number, any, state);
        limit(right, any, a.number, state);
    } else if (sign == "==") {
        limit(left, b.number, b.number, state);
        limit(right, a.number, a.number, state);
    }
}

void Evaluator::limit(const Node& side, const KnownNumber& low, const KnownNumber& high, AuditState& state) {
    if (side.kind != NodeKind::Variable || !state.is_reachable) return;
    const auto to = AuditValue::to(frame + side.target);
    const auto known = load(state, to, type(side.type));
    const auto limited = within(known.number, low.low, high.high);
    if (!limited) {
        state.is_reachable = false;
    } else if (!(*limited == known.number)) {
        store(state, to, type(side.type), AuditValue::of(*limited));
    }
}

}  // namespace abut::jit
