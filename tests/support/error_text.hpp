// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "abut/error.hpp"

namespace abut::testing_support {

/// What `call` throws: the text of an InvalidArgument, that of another code with the code's number before it, or "nothing".
template <typename Call>
std::string error_text(Call call) {
    try {
        call();
    } catch (const Error& error) {
        if (error.code() == ErrorCode::InvalidArgument) return error.what();
        return std::to_string(static_cast<int>(error.code())) + ": " + error.what();
    }
    return "nothing";
}

}  // namespace abut::testing_support
