// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "jit/libclang.hpp"

namespace abut::jit {

/// A place in program text as its #line directives have it.
struct TextPlace {
    std::string file;
    unsigned line = 0;
};

/// OpenCL C 1.2 program text as libclang parsed it. Cursors are valid as long as it lives.
class ParsedProgram {
public:
    /// Throws Compiler with libclang's messages where the text has errors, Unsupported where there is no libclang. Without
    /// `bodies` those of functions are left out, and so are their errors: a third of the time.
    explicit ParsedProgram(const std::string& source, bool bodies = false);

    /// The text of `string`, which is disposed of.
    [[nodiscard]] std::string text(CXString string) const;
    /// The name of what the cursor declares or refers to.
    [[nodiscard]] std::string name(CXCursor cursor) const;
    /// What stands at file scope, in the order of the text.
    [[nodiscard]] std::vector<CXCursor> declarations() const;
    [[nodiscard]] std::vector<CXCursor> children(CXCursor cursor) const;
    /// The declaration or definition as C text without macros.
    [[nodiscard]] std::string printed(CXCursor cursor) const;
    [[nodiscard]] TextPlace place(CXCursor cursor) const;
    /// Where the field lies in its record.
    [[nodiscard]] std::int64_t field_offset_bytes(CXCursor field) const;
    [[nodiscard]] const Libclang& clang() const noexcept { return clang_; }

private:
    [[nodiscard]] TextPlace place(CXSourceLocation location) const;
    [[nodiscard]] std::string errors() const;

    Libclang clang_ = load_libclang();
    std::unique_ptr<void, decltype(Libclang::dispose_index)> index_;
    std::unique_ptr<CXTranslationUnitImpl, decltype(Libclang::dispose_unit)> unit_;
};

}  // namespace abut::jit
