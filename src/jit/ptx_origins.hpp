// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "jit/ptx.hpp"

namespace abut::jit {

/// What may have flowed into an address.
struct PtxOrigin {
    std::set<int> parameters;          ///< of the function, by their place
    std::set<std::string_view> names;  ///< of anything else: of variables whose address was taken, and of constants
};

/// Where the registers of a function come from. A register may be set in several places: all of them count, whichever comes
/// first. What was loaded from memory comes from nowhere. Refers to the function.
class PtxOrigins {
public:
    explicit PtxOrigins(const PtxFunction& function);
    /// Of an address as an instruction has it: "[%rd4+16]", "[name]".
    [[nodiscard]] PtxOrigin of_address(std::string_view operand) const;

private:
    void add_name(std::string_view name, PtxOrigin& origin) const;

    const PtxFunction& function_;
    std::map<std::string_view, std::vector<const PtxInstruction*>> settings_;
};

}  // namespace abut::jit
