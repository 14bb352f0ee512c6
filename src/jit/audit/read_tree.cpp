// SPDX-License-Identifier: Apache-2.0
#include "jit/audit/read_tree.hpp"

#include <algorithm>
#include <map>
#include <vector>

#include "core/fail.hpp"
#include "jit/audit/read_function.hpp"
#include "jit/audit/types.hpp"

namespace abut::jit {
namespace {

/// Functions and variables at file scope, read where something refers to them.
class FileScope {
public:
    FileScope(const ParsedProgram& program, AuditTypes& types) : program_(program), types_(types) {
        for (const auto& cursor : program.declarations()) {
            const bool is_function = cursor.kind == CXCursor_FunctionDecl && program.clang().is_definition(cursor) != 0;
            if (is_function || cursor.kind == CXCursor_VarDecl) cursors_.emplace(program.name(cursor), cursor);
        }
    }
    int function(const std::string& name) { return place(name, CXCursor_FunctionDecl, functions_, function_names_); }

    /// Reads them and what they refer to.
    AuditProgram read() {
        const NamesAtFileScope names{
            .function = [this](const std::string& name) { return function(name); },
            .global = [this](const std::string& name) { return place(name, CXCursor_VarDecl, globals_, global_names_); }};
        AuditProgram result;
        while (result.functions.size() < function_names_.size() || result.globals.size() < global_names_.size()) {
            if (result.functions.size() < function_names_.size()) {
                const auto& cursor = cursors_.at(function_names_[result.functions.size()]);
                result.functions.push_back(read_function(program_, cursor, types_, names));
            } else {
                const auto& cursor = cursors_.at(global_names_[result.globals.size()]);
                result.globals.push_back(read_global(program_, cursor, types_, names));
            }
        }
        result.types = types_.take();
        return result;
    }

private:
    int place(const std::string& name, CXCursorKind kind, std::map<std::string, int>& places,
              std::vector<std::string>& names) {
        const auto cursor = cursors_.find(name);
        if (cursor == cursors_.end() || cursor->second.kind != kind) return -1;
        const auto [found, is_new] = places.emplace(name, static_cast<int>(names.size()));
        if (is_new) names.push_back(name);
        return found->second;
    }

    const ParsedProgram& program_;
    AuditTypes& types_;
    std::map<std::string, CXCursor> cursors_;
    std::map<std::string, int> functions_;
    std::map<std::string, int> globals_;
    std::vector<std::string> function_names_;
    std::vector<std::string> global_names_;
};

bool touches_memory(const Node& node, const std::vector<AuditType>& types) {
    if (node.kind == NodeKind::Dereference || node.kind == NodeKind::Subscript) return true;
    const auto is_pointer = [&](const Node& argument) {
        return types[static_cast<std::size_t>(argument.type)].kind == TypeKind::Pointer;
    };
    const bool is_built_in = node.kind == NodeKind::Call && node.target < 0;
    if (is_built_in && std::ranges::any_of(node.children, is_pointer)) return true;
    return std::ranges::any_of(node.children, [&](const Node& child) { return touches_memory(child, types); });
}

bool calls_busy(const Node& node, const std::vector<AuditFunction>& functions) {
    const bool is_busy =
        node.kind == NodeKind::Call && node.target >= 0 && !functions[static_cast<std::size_t>(node.target)].is_idle;
    return is_busy || std::ranges::any_of(node.children, [&](const Node& child) { return calls_busy(child, functions); });
}

/// A function that calls one that is not idle isn't either.
void find_idle(AuditProgram& program) {
    for (auto& function : program.functions) function.is_idle = !touches_memory(function.body, program.types);
    for (bool has_changed = true; has_changed;) {
        has_changed = false;
        for (auto& function : program.functions) {
            if (!function.is_idle || !calls_busy(function.body, program.functions)) continue;
            function.is_idle = false;
            has_changed = true;
        }
    }
}

}  // namespace

AuditProgram read_audit_tree(const ParsedProgram& program, std::span<const std::string> functions) {
    AuditTypes types(program);
    FileScope scope(program, types);
    for (const auto& name : functions) {
        if (scope.function(name) < 0)
            core::fail(ErrorCode::Compiler, "function {}: the program defines no such function", name);
    }
    auto result = scope.read();
    find_idle(result);
    return result;
}

}  // namespace abut::jit
