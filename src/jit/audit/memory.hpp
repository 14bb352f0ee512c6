// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "jit/audit/known_number.hpp"
#include "jit/audit/tree.hpp"

/// What the audit knows of values and of private memory at one point of a program.
namespace abut::jit {

struct MemoryObject;

/// A place that a pointer may lead to.
struct PointerTarget {
    int base = 0;                             ///< an object of the state; below 0, ~base is a parameter of the kernel
    bool promised = false;                    ///< of a parameter: its offset has been added, so the guard holds
    KnownNumber offset = KnownNumber::of(0);  ///< bytes from there
    bool operator==(const PointerTarget&) const = default;
};

struct AuditValue {
    KnownNumber number{};
    int offset_of = -1;    ///< the number is added to the offset (in elements) of this parameter
    bool is_lost = false;  ///< a pointer that may lead anywhere
    std::vector<PointerTarget> targets{};
    std::shared_ptr<const MemoryObject> record{};  ///< of a record: its fields

    static AuditValue of(const KnownNumber& number) { return {.number = number}; }
    static AuditValue lost() { return {.is_lost = true}; }
    static AuditValue to(int base) { return {.targets = {{.base = base}}}; }
    /// Neither a pointer nor an offset nor a record.
    [[nodiscard]] bool is_number() const { return offset_of < 0 && !is_lost && targets.empty() && !record; }
    bool operator==(const AuditValue& other) const;
};

AuditValue joined(const AuditValue& a, const AuditValue& b, bool widen = false);
/// `pointer` moved by `index` elements of `element_bytes`; `offset_bytes` has the size of the elements that each parameter's
/// offset counts.
AuditValue moved(const AuditValue& pointer, const AuditValue& index, std::int64_t element_bytes,
                 const std::vector<std::int64_t>& offset_bytes);

/// Some bytes of an object that were stored together.
struct MemoryCell {
    std::int64_t offset = 0;
    std::int64_t size = 0;
    AuditValue value;
    bool operator==(const MemoryCell&) const = default;
};

/// A variable. What has no cell may hold anything.
struct MemoryObject {
    std::int64_t size = 0;
    std::vector<MemoryCell> cells{};  ///< in the order of their offsets; none overlap
    bool operator==(const MemoryObject&) const = default;
};

/// The objects of all functions that are being called, the outermost first. A copy shares them.
struct AuditState {
    bool is_reachable = true;
    std::vector<std::shared_ptr<const MemoryObject>> objects{};  ///< none: of something of which nothing is kept

    void add_object(std::int64_t size);
    bool operator==(const AuditState& other) const;
};

/// `a` becomes what holds where either does. Both have the same objects.
void join(AuditState& a, const AuditState& b, bool widen = false);

/// What is known of any value of this type.
AuditValue any_value(const AuditType& type);
AuditValue load(const AuditState& state, const AuditValue& place, const AuditType& type);
void store(AuditState& state, const AuditValue& place, const AuditType& type, const AuditValue& value);
/// Nothing is known of what the pointer leads to any more.
void forget(AuditState& state, const AuditValue& pointer);

}  // namespace abut::jit
