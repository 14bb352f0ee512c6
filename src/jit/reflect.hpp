// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "device/backend.hpp"
#include "jit/clang_kinds.hpp"
#include "jit/parsed_program.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

struct ReflectedParameter {
    std::string name;
    std::string type;  ///< as the compiler spells it, for messages
    device::ScalarType scalar = device::ScalarType::Pointer;
    MemorySpace space = MemorySpace::Private;  ///< of what a pointer points to
    bool points_to_const = false;
    std::optional<DType> element;  ///< of what a pointer points to: float, unsigned char or long
    bool known = true;             ///< false: a type that no launch can bind
};

struct ReflectedKernel {
    std::string name;
    std::vector<ReflectedParameter> parameters;
};

/// The functions of `names` in the program, in the order of its text.
std::vector<ReflectedKernel> reflect(const ParsedProgram& program, const std::vector<std::string>& names);

/// The kernel's parameters, if they are those of `spec` in name, order and type. Throws Compiler where they are not.
std::vector<device::KernelParameter> checked_parameters(const ReflectedKernel& kernel, const ops::KernelSpec& spec);

}  // namespace abut::jit
