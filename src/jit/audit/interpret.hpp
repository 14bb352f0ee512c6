// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "jit/audit/memory.hpp"
#include "jit/audit/tree.hpp"

namespace abut::jit {

/// A variable that is there when an access is made.
struct AuditedVariable {
    const std::string* name = nullptr;
    std::int64_t size_bytes = 0;
};

/// An access to global memory, or to an element of a variable.
struct MemoryAccess {
    const Node* node = nullptr;
    const AuditType* type = nullptr;
    const AuditValue* pointer = nullptr;  ///< where it may go
    bool stores = false;
    const std::vector<AuditedVariable>* variables = nullptr;  ///< the objects of the pointer's targets
    const std::vector<const Node*>* calls = nullptr;          ///< that led to it, the outermost first
};

struct AuditEntry {
    int function = 0;
    std::vector<AuditValue> arguments;
    /// For each parameter of the kernel that has one, the size of the elements that its offset counts.
    std::vector<std::int64_t> offset_bytes;
    std::int64_t items = 1;  ///< work-items of a group
    std::set<int> others{};  ///< functions that are looked at on their own
};

/// Goes through all that the function may do, calls included, until nothing new is found, and tells each access: the same
/// one as often as it is come across, at last with all the places that it may go to. Throws Compiler where a construct isn't
/// known.
void interpret(const AuditProgram& program, const AuditEntry& entry, const std::function<void(const MemoryAccess&)>& found);

}  // namespace abut::jit
