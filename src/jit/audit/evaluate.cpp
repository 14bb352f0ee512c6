// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/evaluate.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/fail.hpp"

namespace abut::jit {
namespace {

/// How a place that only part of is stored is named: the vector.
const Node& whole(const Node& node) {
    return node.kind == NodeKind::Part ? whole(node.children[0]) : node;
}

bool is_place(NodeKind kind) {
    return kind == NodeKind::Variable || kind == NodeKind::Global || kind == NodeKind::Dereference ||
           kind == NodeKind::Subscript || kind == NodeKind::Field;
}

KnownNumber of_sign(std::string_view sign, const KnownNumber& a, const KnownNumber& b) {
    if (sign == "+") return a + b;
    if (sign == "-") return a - b;
    if (sign == "*") return a * b;
    if (sign == "/") return a / b;
    if (sign == "%") return a % b;
    if (sign == "&") return a & b;
    if (sign == "|") return a | b;
    if (sign == "^") return a ^ b;
    if (sign == "<<") return shifted_left(a, b);
    if (sign == ">>") return shifted_right(a, b);
    return {};
}

KnownNumber negated(const KnownNumber& truth) {
    return equal(truth, KnownNumber::of(0));
}

KnownNumber of_comparison(std::string_view sign, const KnownNumber& a, const KnownNumber& b) {
    if (sign == "<") return less(a, b);
    if (sign == ">") return less(b, a);
    if (sign == ">=") return negated(less(a, b));
    if (sign == "<=") return negated(less(b, a));
    return sign == "==" ? equal(a, b) : negated(equal(a, b));
}

/// OpenCL C masks what it shifts by to the width of what is shifted (6.3.j): beyond that a count is another one.
bool is_masked(const KnownNumber& count, std::int64_t size_bytes) {
    constexpr std::int64_t bits_of_byte = 8;
    return count.low < 0 || count.high >= size_bytes * bits_of_byte;
}

/// Functions that read and write nothing where their arguments point to.
bool only_looks_ahead(std::string_view name) {
    return name == "prefetch" || name == "__builtin_prefetch";
}

}  // namespace

AuditValue Evaluator::of_type(const KnownNumber& number, int index, bool overflows) const {
    const auto& to = type(index);
    if (to.kind != TypeKind::Integer) return any_value(to);
    if (to.is_truth) {
        const auto truth = number.truth();
        return AuditValue::of(truth ? KnownNumber::of(*truth ? 1 : 0) : KnownNumber::between(0, 1));
    }
    return AuditValue::of(converted(number, static_cast<int>(to.size_bytes), to.is_signed, overflows));
}

AuditValue Evaluator::value(const Node& node, AuditState& state) {
    switch (node.kind) {
        case NodeKind::Constant:
            return of_type(KnownNumber::of(node.number), node.type);
        case NodeKind::Unknown:
        case NodeKind::Part:
            for (const auto& child : node.children) value(child, state);
            return any_value(type(node.type));
        case NodeKind::Variable:
        case NodeKind::Global:
        case NodeKind::Dereference:
        case NodeKind::Subscript:
            return loaded(node, place(node, state), state);
        case NodeKind::Field:
            if (is_place(node.children[0].kind)) return loaded(node, place(node, state), state);
            // A field of what a function returned.
            value(node.children[0], state);
            return any_value(type(node.type));
        case NodeKind::Convert:
            return converted_value(node, state);
        case NodeKind::Unary:
            return unary(node, state);
        case NodeKind::Binary: {
            const auto left = value(node.children[0], state);
            return binary(node, left, value(node.children[1], state));
        }
        case NodeKind::Assign:
            return assigned(node, state);
        case NodeKind::Step:
            return stepped(node, state);
        case NodeKind::And:
        case NodeKind::Or:
            return connected(node, state);
        case NodeKind::Choose:
            return chosen(node, state);
        case NodeKind::Comma:
            value(node.children[0], state);
            return value(node.children[1], state);
        case NodeKind::AddressOf:
        case NodeKind::Decay:
            return place(node.children[0], state);
        case NodeKind::List:
            return list(node, state);
        case NodeKind::Call:
            return called(node, state);
        default:
            core::fail(ErrorCode::Compiler, "the audit has a statement where an expression belongs");
    }
}

AuditValue Evaluator::place(const Node& node, AuditState& state) {
    switch (node.kind) {
        case NodeKind::Variable:
            return AuditValue::to(frame + node.target);
        case NodeKind::Global:
            return AuditValue::to(node.target);
        case NodeKind::Dereference:
            return value(node.children[0], state);
        case NodeKind::Subscript: {
            const auto pointer = value(node.children[0], state);
            return moved(pointer, value(node.children[1], state), type(node.type).size_bytes, entry_.offset_bytes);
        }
        case NodeKind::Field: {
            const auto record = place(node.children[0], state);
            // Compilers conclude from a field's place in a record how it is aligned.
            report(node.children[0], record, false);
            return moved(record, AuditValue::of(KnownNumber::of(node.number)), 1, entry_.offset_bytes);
        }
        default:
            value(node, state);
            return AuditValue::lost();
    }
}

void Evaluator::report(const Node& node, const AuditValue& pointer, bool stores) {
    const auto& accessed = type(node.type);
    const bool is_element = node.kind == NodeKind::Dereference || node.kind == NodeKind::Subscript;
    if (accessed.space != MemorySpace::Global && !is_element) return;
    found_({.node = &node, .type = &accessed, .pointer = &pointer, .stores = stores});
}

AuditValue Evaluator::loaded(const Node& node, const AuditValue& pointer, const AuditState& state) {
    const auto& accessed = type(node.type);
    // Of an array only its address is taken.
    if (accessed.kind == TypeKind::Array) return any_value(accessed);
    report(node, pointer, false);
    // What lies in local memory may come from other work-items.
    return accessed.space == MemorySpace::Local ? any_value(accessed) : load(state, pointer, accessed);
}

void Evaluator::stored(const Node& node, const AuditValue& pointer, const AuditValue& value, AuditState& state) {
    report(node, pointer, true);
    if (type(node.type).space == MemorySpace::Private) store(state, pointer, type(node.type), value);
}

AuditValue Evaluator::converted_value(const Node& node, AuditState& state) {
    auto from = value(node.children[0], state);
    const auto& to = type(node.type);
    const auto& had = type(node.children[0].type);
    if (to.kind == TypeKind::Pointer) return had.kind == TypeKind::Pointer ? from : AuditValue::lost();
    if (to.kind != TypeKind::Integer || had.kind != TypeKind::Integer) return any_value(to);
    if (from.offset_of >= 0) return to.size_bytes == 8 ? from : any_value(to);
    // Beyond int64 a number that has no sign becomes negative.
    const bool may_wrap = !had.is_signed && had.size_bytes == 8 && from.number.high == KnownNumber::highest;
    if (may_wrap) from.number.low = KnownNumber::lowest;
    return of_type(from.number, node.type, false);
}

AuditValue Evaluator::unary(const Node& node, AuditState& state) {
    const auto operand = value(node.children[0], state);
    if (!operand.is_number() || type(node.children[0].type).kind != TypeKind::Integer) return any_value(type(node.type));
    if (node.sign == "-") return of_type(KnownNumber::of(0) - operand.number, node.type);
    if (node.sign == "+") return of_type(operand.number, node.type);
    if (node.sign == "~") return of_type(KnownNumber::of(-1) - operand.number, node.type);
    const auto truth = operand.number.truth();
    return of_type(truth ? KnownNumber::of(*truth ? 0 : 1) : KnownNumber::between(0, 1), node.type);
}

AuditValue Evaluator::binary(const Node& node, const AuditValue& left, const AuditValue& right) {
    const auto& result = type(node.type);
    const auto& left_type = type(node.children[0].type);
    const auto& right_type = type(node.children[1].type);
    const bool is_sum = node.sign == "+" || node.sign == "-";
    if (result.kind == TypeKind::Pointer && is_sum) {
        const auto bytes = type(result.target).size_bytes;
        if (left_type.kind != TypeKind::Pointer) return moved(right, left, bytes, entry_.offset_bytes);
        if (node.sign == "+") return moved(left, right, bytes, entry_.offset_bytes);
        const auto back = right.offset_of < 0 ? AuditValue::of(KnownNumber::of(0) - right.number) : AuditValue{};
        return moved(left, back, bytes, entry_.offset_bytes);
    }
    if (is_comparison(node.sign) && result.kind == TypeKind::Integer) {
        const bool known = left.is_number() && right.is_number() && left_type.kind == TypeKind::Integer &&
                           right_type.kind == TypeKind::Integer;
        return of_type(known ? of_comparison(node.sign, left.number, right.number) : KnownNumber::between(0, 1), node.type);
    }
    if (left_type.kind != TypeKind::Integer || right_type.kind != TypeKind::Integer) return any_value(result);
    const bool is_shift = node.sign == "<<" || node.sign == ">>";
    if (is_shift && is_masked(right.number, result.size_bytes)) return any_value(result);
    const bool is_wide = result.size_bytes >= std::max(left_type.size_bytes, right_type.size_bytes);
    // What is shifted out of a signed number is gone; only sums and products may not go beyond their range.
    auto value = of_type(of_sign(node.sign, left.number, right.number), node.type, is_wide && !is_shift);
    if (left.is_number() && right.is_number()) return value;
    // The offset of a parameter plus a number, in either order, or minus a number.
    const bool keeps = result.size_bytes == 8 && ((node.sign == "+" && (left.offset_of < 0) != (right.offset_of < 0)) ||
                                                  (node.sign == "-" && right.offset_of < 0));
    if (!keeps) return any_value(result);
    value.offset_of = std::max(left.offset_of, right.offset_of);
    return value;
}

AuditValue Evaluator::assigned(const Node& node, AuditState& state) {
    const Node& to = whole(node.children[0]);
    auto assigned = value(node.children[1], state);
    const auto pointer = place(to, state);
    if (!node.sign.empty()) {
        const auto before = loaded(to, pointer, state);
        Node operation{.kind = NodeKind::Binary, .type = to.type, .sign = node.sign, .cursor = node.cursor};
        operation.children = {{.type = to.type}, {.type = node.children[1].type}};
        assigned = binary(operation, before, assigned);
    }
    stored(to, pointer, assigned, state);
    return assigned;
}

AuditValue Evaluator::stepped(const Node& node, AuditState& state) {
    const Node& to = whole(node.children[0]);
    const auto pointer = place(to, state);
    const auto before = loaded(to, pointer, state);
    const bool is_pointer = type(to.type).kind == TypeKind::Pointer;
    const auto one = AuditValue::of(KnownNumber::of(node.sign == "-" ? -1 : 1));
    AuditValue after = any_value(type(to.type));
    if (is_pointer) after = moved(before, one, type(type(to.type).target).size_bytes, entry_.offset_bytes);
    if (type(to.type).kind == TypeKind::Integer) {
        after = of_type(before.number + one.number, to.type);
        after.offset_of = before.offset_of;
    }
    stored(to, pointer, after, state);
    return node.number == 1 ? before : after;
}

AuditValue Evaluator::connected(const Node& node, AuditState& state) {
    const bool stops_at = node.kind == NodeKind::Or;
    auto stopped = state;
    assume(node.children[0], stops_at, stopped);
    assume(node.children[0], !stops_at, state);
    std::optional<KnownNumber> result;
    if (stopped.is_reachable) result = KnownNumber::of(stops_at ? 1 : 0);
    if (state.is_reachable) {
        const auto second = value(node.children[1], state);
        const auto truth = second.is_number() ? second.number.truth() : std::nullopt;
        const auto number = truth ? KnownNumber::of(*truth ? 1 : 0) : KnownNumber::between(0, 1);
        result = result ? joined(*result, number) : number;
    }
    join(state, stopped);
    return of_type(result.value_or(KnownNumber::between(0, 1)), node.type);
}

AuditValue Evaluator::chosen(const Node& node, AuditState& state) {
    auto other = state;
    assume(node.children[0], true, state);
    assume(node.children[0], false, other);
    std::optional<AuditValue> result;
    if (state.is_reachable) result = value(node.children[1], state);
    if (other.is_reachable) {
        auto second = value(node.children[2], other);
        result = result ? joined(*result, second) : std::move(second);
    }
    join(state, other);
    return result.value_or(any_value(type(node.type)));
}

/// A vector's lanes are no address; an array's and a record's may be.
AuditValue Evaluator::list(const Node& node, AuditState& state) {
    const auto& listed = type(node.type);
    if (listed.kind != TypeKind::Array && listed.kind != TypeKind::Record) {
        for (const auto& child : node.children) value(child, state);
        return any_value(listed);
    }
    AuditState scratch;
    scratch.add_object(listed.size_bytes);
    std::size_t next = 0;
    for (const auto& child : node.children) {
        const bool is_designated = child.kind == NodeKind::Designated;
        if (is_designated) next = static_cast<std::size_t>(child.number);
        const bool is_array = listed.kind == TypeKind::Array;
        const AuditField field =
            is_array ? AuditField{static_cast<std::int64_t>(next) * type(listed.target).size_bytes, listed.target}
                     : listed.fields.at(next);
        auto item = value(is_designated ? child.children[0] : child, state);
        auto to = AuditValue::to(0);
        to.targets[0].offset = KnownNumber::of(field.offset_bytes);
        store(scratch, to, type(field.type), item);
        ++next;
    }
    return {.record = scratch.objects[0]};
}

void Evaluator::initialise(const AuditValue& to, int index, const Node& from, AuditState& state) {
    const auto initial = value(from, state);
    store(state, to, type(index), initial);
}

AuditValue Evaluator::called(const Node& node, AuditState& state) {
    std::vector<AuditValue> arguments;
    for (const auto& argument : node.children) arguments.push_back(value(argument, state));
    if (node.target < 0) return built_in(node, arguments, state);
    return call_(node, arguments, state);
}

AuditValue Evaluator::built_in(const Node& node, const std::vector<AuditValue>& arguments, AuditState& state) {
    const auto& name = node.text;
    if (name.starts_with("vloada_") || name.starts_with("vstorea_"))
        core::fail(ErrorCode::Compiler, "the audit does not know what alignment {} needs", name);
    const bool is_dimension_0 = arguments.size() == 1 && arguments[0].number == KnownNumber::of(0);
    if (name == "get_local_id" && is_dimension_0) return of_type(KnownNumber::between(0, entry_.items - 1), node.type);
    if (name == "get_local_size" && is_dimension_0) return of_type(KnownNumber::of(entry_.items), node.type);
    if (name == "get_group_id") return AuditValue::of(KnownNumber::between(0, KnownNumber::highest));
    const bool is_min = name == "min";
    if ((is_min || name == "max") && type(node.type).kind == TypeKind::Integer && arguments.at(0).is_number() &&
        arguments.at(1).is_number()) {
        const auto& a = arguments[0].number;
        const auto& b = arguments[1].number;
        const auto either = joined(a, b);
        const auto least = is_min ? std::min(a.low, b.low) : std::max(a.low, b.low);
        const auto most = is_min ? std::min(a.high, b.high) : std::max(a.high, b.high);
        return AuditValue::of(within(either, least, most).value_or(either));
    }
    for (std::size_t i = 0; i < arguments.size() && !only_looks_ahead(name); ++i) {
        const auto& given = type(node.children[i].type);
        if (given.kind != TypeKind::Pointer) continue;
        if (type(given.target).space == MemorySpace::Global) {
            const MemoryAccess both{.node = &node, .type = &type(given.target), .pointer = &arguments[i], .stores = true};
            found_(both);
        } else {
            forget(state, arguments[i]);
        }
    }
    return any_value(type(node.type));
}

}  // namespace abut::jit
