// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <new>
#include <string_view>

#include "core/fail.hpp"
#include "core/printable.hpp"

namespace abut::onnx {

/// What `function` returns. The errors that it throws begin with `name`, and no memory is one of them.
template <typename Function>
auto with_name(std::string_view name, Function function) {
    try {
        return function();
    } catch (const Error& error) {
        throw Error(error.code(), core::one_line(fmt::format("{}: {}", name, error.what())));
    } catch (const std::bad_alloc&) {
        throw Error(ErrorCode::OutOfMemory, fmt::format("{}: not enough host memory", name));
    }
}

}  // namespace abut::onnx
