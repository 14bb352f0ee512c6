// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

#include "abut/export.hpp"

namespace abut::inline v0 {

enum class ErrorCode {
    Unsupported,      ///< valid input that Abut has no kernel or rule for
    InvalidArgument,  ///< the caller's input contradicts itself or a contract
    OutOfMemory,      ///< host or device memory could not be had
    NotCached,        ///< a kernel is not in the cache and compiling was ruled out
    Compiler,         ///< the device's compiler refused a kernel; the text carries its log
    Device,           ///< the driver reported an error; the text carries the call and its code
    IO,               ///< a file could not be read or written
};

/// The one exception type of the library. The text says what was expected, what was found, where, and what to do.
class ABUT_API Error : public std::runtime_error {
public:
    Error(ErrorCode code, const std::string& text) : std::runtime_error(text), code_(code) {}
    [[nodiscard]] ErrorCode code() const noexcept { return code_; }

private:
    ErrorCode code_;
};

}  // namespace abut::inline v0
