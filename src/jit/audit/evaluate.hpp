// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "jit/audit/interpret.hpp"
#include "jit/audit/memory.hpp"
#include "jit/audit/tree.hpp"

namespace abut::jit {

/// <, >, <=, >=, == and !=.
constexpr bool is_comparison(std::string_view sign) {
    return sign == "<" || sign == ">" || sign == "<=" || sign == ">=" || sign == "==" || sign == "!=";
}

/// Expressions of the functions that are being called.
class Evaluator {
public:
    using Call = std::function<AuditValue(const Node& call, const std::vector<AuditValue>& arguments, AuditState& state)>;

    Evaluator(const AuditProgram& program, const AuditEntry& entry, const std::function<void(const MemoryAccess&)>& found,
              Call call)
        : program_(program),
          entry_(entry),
          found_(found),
          call_(std::move(call)) {}

    /// Where the variables of the function in hand begin among the objects.
    int frame = 0;

    AuditValue value(const Node& node, AuditState& state);
    /// The truth of a condition; `state` becomes what holds where it is `wanted`, unreachable where that can't be.
    void assume(const Node& condition, bool wanted, AuditState& state);
    /// Stores the value that a variable or a place begins with.
    void initialise(const AuditValue& place, int type, const Node& value, AuditState& state);
    [[nodiscard]] const AuditType& type(int index) const { return program_.types[static_cast<std::size_t>(index)]; }

private:
    AuditValue place(const Node& node, AuditState& state);
    AuditValue loaded(const Node& node, const AuditValue& pointer, const AuditState& state);
    void stored(const Node& node, const AuditValue& place, const AuditValue& value, AuditState& state);
    void report(const Node& node, const AuditValue& pointer, bool stores);
    AuditValue unary(const Node& node, AuditState& state);
    AuditValue binary(const Node& node, const AuditValue& left, const AuditValue& right);
    AuditValue assigned(const Node& node, AuditState& state);
    AuditValue stepped(const Node& node, AuditState& state);
    AuditValue connected(const Node& node, AuditState& state);
    AuditValue chosen(const Node& node, AuditState& state);
    AuditValue converted_value(const Node& node, AuditState& state);
    AuditValue list(const Node& node, AuditState& state);
    AuditValue called(const Node& node, AuditState& state);
    AuditValue built_in(const Node& node, const std::vector<AuditValue>& arguments, AuditState& state);
    AuditValue of_type(const KnownNumber& number, int type, bool overflows = true) const;
    void limit(const Node& side, const KnownNumber& low, const KnownNumber& high, AuditState& state);
    void compare(const Node& condition, bool wanted, AuditState& state);

    const AuditProgram& program_;
    const AuditEntry& entry_;
    const std::function<void(const MemoryAccess&)>& found_;
    Call call_;
};

}  // namespace abut::jit
