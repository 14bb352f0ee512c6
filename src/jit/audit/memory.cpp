// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/memory.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace abut::jit {
namespace {

/// More places than this are not looked at one by one.
constexpr std::int64_t most_places = 256;

using Objects = std::shared_ptr<const MemoryObject>;

/// The offsets in an object of `size` bytes at which `bytes` may lie.
KnownNumber inside(const KnownNumber& offset, std::int64_t size, std::int64_t bytes) {
    return within(offset, 0, std::max<std::int64_t>(size - bytes, 0)).value_or(KnownNumber::between(0, size));
}

bool may_be(const KnownNumber& number, std::int64_t value) {
    return value >= number.low && value <= number.high && ((value - number.remainder) & (number.modulus - 1)) == 0;
}

bool may_overlap(const MemoryCell& cell, const KnownNumber& offset, std::int64_t bytes) {
    return cell.offset + cell.size > offset.low &&
           (offset.high == KnownNumber::highest || cell.offset < offset.high + bytes);
}

Objects joined_objects(const Objects& a, const Objects& b, bool widen) {
    if (a == b || (a && b && *a == *b)) return a;
    if (!a || !b) return {};
    MemoryObject result{.size = a->size};
    auto other = b->cells.begin();
    for (const auto& cell : a->cells) {
        while (other != b->cells.end() && other->offset < cell.offset) ++other;
        if (other == b->cells.end()) break;
        if (other->offset != cell.offset || other->size != cell.size) continue;
        result.cells.push_back({cell.offset, cell.size, joined(cell.value, other->value, widen)});
    }
    return std::make_shared<const MemoryObject>(std::move(result));
}

AuditValue load_from(const MemoryObject& object, const KnownNumber& any_offset, const AuditType& type) {
    const auto offset = inside(any_offset, object.size, type.size_bytes);
    if ((offset.high - offset.low) / offset.modulus >= most_places) return any_value(type);
    std::vector<const MemoryCell*> cells;
    for (auto at = offset.low; at <= offset.high; ++at) {
        if (!may_be(offset, at)) continue;
        const auto cell = std::ranges::lower_bound(object.cells, at, {}, &MemoryCell::offset);
        if (cell == object.cells.end() || cell->offset != at || cell->size != type.size_bytes) return any_value(type);
        cells.push_back(&*cell);
    }
    if (cells.empty()) return any_value(type);
    auto result = cells.front()->value;
    for (const auto* cell : cells) result = joined(result, cell->value);
    return result;
}

/// The fields of the record at a known place.
AuditValue load_record(const MemoryObject& object, const KnownNumber& offset, const AuditType& type) {
    if (!offset.is_constant()) return any_value(type);
    MemoryObject record{.size = type.size_bytes};
    for (const auto& cell : object.cells) {
        if (cell.offset < offset.low || cell.offset + cell.size > offset.low + type.size_bytes) continue;
        record.cells.push_back({cell.offset - offset.low, cell.size, cell.value});
    }
    return {.record = std::make_shared<const MemoryObject>(std::move(record))};
}

void insert(MemoryObject& object, MemoryCell cell) {
    const auto place = std::ranges::lower_bound(object.cells, cell.offset, {}, &MemoryCell::offset);
    object.cells.insert(place, std::move(cell));
}

/// Where one place is meant, whatever was there is gone.
void store_at(MemoryObject& object, std::int64_t offset, const AuditType& type, const AuditValue& value) {
    const auto known = KnownNumber::of(offset);
    std::erase_if(object.cells, [&](const MemoryCell& cell) { return may_overlap(cell, known, type.size_bytes); });
    if (type.kind == TypeKind::Integer || type.kind == TypeKind::Pointer) insert(object, {offset, type.size_bytes, value});
    if (!value.record) return;
    for (const auto& field : value.record->cells) insert(object, {offset + field.offset, field.size, field.value});
}

/// Where one of several places is meant, each has what it had or the new value.
void store_somewhere(MemoryObject& object, const KnownNumber& offset, const AuditType& type, const AuditValue& value) {
    const bool is_scalar = type.kind == TypeKind::Integer || type.kind == TypeKind::Pointer;
    const auto same = [&](const MemoryCell& cell) {
        return is_scalar && cell.size == type.size_bytes && cell.offset % type.size_bytes == 0;
    };
    std::erase_if(object.cells, [&](const MemoryCell& cell) {
        return may_overlap(cell, offset, type.size_bytes) && !(same(cell) && offset.divisor() >= type.size_bytes);
    });
    for (auto& cell : object.cells) {
        if (same(cell) && may_be(offset, cell.offset)) cell.value = joined(cell.value, value);
    }
}

/// None where the variable is gone.
const MemoryObject* object_of(const AuditState& state, const PointerTarget& target) {
    const auto place = static_cast<std::size_t>(target.base);
    return place < state.objects.size() ? state.objects[place].get() : nullptr;
}

Objects forgotten(const Objects& object) {
    if (!object || object->cells.empty()) return object;
    return std::make_shared<const MemoryObject>(MemoryObject{.size = object->size});
}

void forget_all(AuditState& state) {
    for (auto& object : state.objects) object = forgotten(object);
}

bool holds_pointers(const AuditValue& value) {
    return value.is_lost || !value.targets.empty();
}

void add_target(std::vector<PointerTarget>& targets, const PointerTarget& target, bool widen) {
    for (auto& known : targets) {
        if (known.base != target.base || known.promised != target.promised) continue;
        known.offset = widen ? widened(known.offset, target.offset) : joined(known.offset, target.offset);
        return;
    }
    targets.push_back(target);
}

}  // namespace

bool AuditValue::operator==(const AuditValue& other) const {
    const bool same_record = record == other.record || (record && other.record && *record == *other.record);
    return same_record && number == other.number && offset_of == other.offset_of && is_lost == other.is_lost &&
           targets == other.targets;
}

AuditValue joined(const AuditValue& a, const AuditValue& b, bool widen) {
    AuditValue result;
    if (holds_pointers(a) || holds_pointers(b)) {
        // A number among pointers is a pointer that isn't followed.
        result.is_lost = a.is_lost || b.is_lost || !holds_pointers(a) || !holds_pointers(b);
        result.targets = a.targets;
        for (const auto& target : b.targets) add_target(result.targets, target, widen);
        return result;
    }
    result.record = joined_objects(a.record, b.record, widen);
    if (a.offset_of != b.offset_of) return result;
    result.offset_of = a.offset_of;
    result.number = widen ? widened(a.number, b.number) : joined(a.number, b.number);
    return result;
}

AuditValue moved(const AuditValue& pointer, const AuditValue& index, std::int64_t element_bytes,
                 const std::vector<std::int64_t>& offset_bytes) {
    const auto scale = KnownNumber::of(element_bytes);
    AuditValue result{.is_lost = pointer.is_lost || !holds_pointers(pointer)};
    for (auto target : pointer.targets) {
        const bool adds_offset = index.offset_of >= 0;
        const bool is_its_own = adds_offset && !target.promised && target.base == ~index.offset_of &&
                                offset_bytes.at(static_cast<std::size_t>(index.offset_of)) == element_bytes;
        if (is_its_own) target.promised = true;
        if (adds_offset && !is_its_own) {
            target.promised = false;
            target.offset = target.offset + KnownNumber{} * scale;
        } else {
            target.offset = target.offset + index.number * scale;
        }
        add_target(result.targets, target, false);
    }
    return result;
}

void AuditState::add_object(std::int64_t size) {
    objects.push_back(std::make_shared<const MemoryObject>(MemoryObject{.size = size}));
}

bool AuditState::operator==(const AuditState& other) const {
    const auto same = [](const Objects& a, const Objects& b) { return a == b || (a && b && *a == *b); };
    return is_reachable == other.is_reachable && std::ranges::equal(objects, other.objects, same);
}

void join(AuditState& a, const AuditState& b, bool widen) {
    if (!b.is_reachable) return;
    if (!a.is_reachable) {
        a = b;
        return;
    }
    for (std::size_t i = 0; i < a.objects.size(); ++i) a.objects[i] = joined_objects(a.objects[i], b.objects.at(i), widen);
}

AuditValue any_value(const AuditType& type) {
    if (type.kind == TypeKind::Pointer) return AuditValue::lost();
    if (type.kind == TypeKind::Record)
        return {.record = std::make_shared<const MemoryObject>(MemoryObject{.size = type.size_bytes})};
    if (type.kind != TypeKind::Integer) return {};
    if (type.is_truth) return AuditValue::of(KnownNumber::between(0, 1));
    return AuditValue::of(converted({}, static_cast<int>(type.size_bytes), type.is_signed));
}

AuditValue load(const AuditState& state, const AuditValue& place, const AuditType& type) {
    const bool is_followed = !place.is_lost && !place.targets.empty();
    if (!is_followed || type.kind == TypeKind::Other || type.kind == TypeKind::Array) return any_value(type);
    std::optional<AuditValue> result;
    for (const auto& target : place.targets) {
        if (target.base < 0) return any_value(type);
        const auto* object = object_of(state, target);
        if (object == nullptr) return any_value(type);
        auto value = type.kind == TypeKind::Record ? load_record(*object, target.offset, type)
                                                   : load_from(*object, target.offset, type);
        result = result ? joined(*result, value) : std::move(value);
    }
    return *result;
}

void store(AuditState& state, const AuditValue& place, const AuditType& type, const AuditValue& value) {
    if (place.is_lost || place.targets.empty()) forget_all(state);
    for (const auto& target : place.targets) {
        if (target.base < 0) continue;
        const auto* known = object_of(state, target);
        if (known == nullptr || (known->cells.empty() && type.kind == TypeKind::Other)) continue;
        auto object = *known;
        if (place.targets.size() == 1 && target.offset.is_constant()) {
            store_at(object, target.offset.low, type, value);
        } else {
            store_somewhere(object, inside(target.offset, object.size, type.size_bytes), type, value);
        }
        state.objects[static_cast<std::size_t>(target.base)] = std::make_shared<const MemoryObject>(std::move(object));
    }
}

void forget(AuditState& state, const AuditValue& pointer) {
    if (pointer.is_lost) forget_all(state);
    for (const auto& target : pointer.targets) {
        if (target.base < 0 || object_of(state, target) == nullptr) continue;
        auto& object = state.objects[static_cast<std::size_t>(target.base)];
        object = forgotten(object);
    }
}

}  // namespace abut::jit
