// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <clang-c/Index.h>

#include <cstdint>
#include <string>
#include <vector>

#include "jit/clang_kinds.hpp"

/// OpenCL C as the audit interprets it: a small tree without macros, implicit conversions and parentheses.
namespace abut::jit {

enum class TypeKind : std::uint8_t {
    Integer,
    Pointer,
    Array,
    Record,
    Other,  ///< floats, vectors, void: what no address is made of
};

struct AuditField {
    std::int64_t offset_bytes = 0;
    int type = 0;
};

struct AuditType {
    TypeKind kind = TypeKind::Other;
    std::int64_t size_bytes = 0;
    std::int64_t alignment_bytes = 1;          ///< as declared
    MemorySpace space = MemorySpace::Private;  ///< where something of this type lies
    bool is_signed = false;
    bool is_truth = false;  ///< bool, which holds 0 and 1
    int target = -1;        ///< what a pointer points to; the element of an array
    std::vector<AuditField> fields{};
    std::string text{};  ///< as the compiler spells it
};

enum class NodeKind : std::uint8_t {
    // Expressions.
    Constant,  ///< `number`
    Unknown,   ///< a number or vector that isn't followed; the children are evaluated
    Variable,  ///< `target`: of the function; likewise Global of the program
    Global,
    Convert,  ///< (type) child
    Unary,    ///< `sign` child
    Binary,   ///< child `sign` child
    Assign,   ///< child = child, or child `sign` child where that isn't empty
    Step,     ///< ++ or --, `sign` + or -; `number` 1: the value is the one before it
    And,
    Or,
    Choose,  ///< child ? child : child
    Comma,
    AddressOf,
    Dereference,
    Subscript,   ///< pointer, index
    Field,       ///< of a record, at `number` bytes
    Part,        ///< some lanes of a vector
    Decay,       ///< an array as the address of its first element
    List,        ///< { ... } of `type`; a child of a record's may be a Designated
    Designated,  ///< `number`: which field
    Call,        ///< of function `target` of the program, or of the built-in function `text`
    // Statements.
    Block,
    Declare,  ///< variable `target`, perhaps with its value
    Evaluate,
    If,
    Loop,  ///< init, condition, step, body; Empty for what isn't there. `number` 1: the body comes first
    Switch,
    Case,  ///< a place in the body of a switch that may be jumped to, and a statement
    Break,
    Continue,
    Return,
    Empty,
};

struct Node {
    NodeKind kind = NodeKind::Empty;
    int type = 0;  ///< an index into AuditProgram::types
    int target = -1;
    std::int64_t number = 0;
    std::string sign{};  ///< an operator
    std::string text{};
    std::vector<Node> children{};
    CXCursor cursor{};  ///< where it stands
};

struct AuditFunction {
    std::string name;
    std::vector<int> parameters;  ///< types
    std::vector<int> variables;   ///< types; the parameters come first
    std::vector<std::string> names;
    bool is_idle = false;  ///< neither it nor what it calls reads or writes through a pointer
    Node body;
};

struct AuditGlobal {
    std::string name;
    int type = 0;
    Node value;  ///< Empty: not initialised
};

/// Refers to the ParsedProgram that it was read from.
struct AuditProgram {
    std::vector<AuditType> types;
    std::vector<AuditFunction> functions;
    std::vector<AuditGlobal> globals;
};

}  // namespace abut::jit
