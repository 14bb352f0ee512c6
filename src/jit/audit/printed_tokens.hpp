// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace abut::jit {

/// The tokens of C text as clang prints it: without macros and comments. Lines of pragmas are left out. Refers to the text;
/// `name` is what it declares, for messages.
class PrintedTokens {
public:
    PrintedTokens(std::string_view text, std::string_view name);

    /// The token `ahead` of the next; empty behind the last.
    [[nodiscard]] std::string_view peek(std::size_t ahead = 0) const;
    std::string_view take();
    /// Takes the next token if it is this one.
    bool take_if(std::string_view token);
    /// Throws Compiler where the next token is another.
    void expect(std::string_view token);
    /// From "(" or "[" to the one that closes it.
    void skip_bracketed();

private:
    std::string name_;
    std::vector<std::string_view> tokens_;
    std::size_t next_ = 0;
};

}  // namespace abut::jit
