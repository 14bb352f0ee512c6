// SPDX-License-Identifier: Apache-2.0
#include <string_view>

#include "device/backend.hpp"

namespace abut::device {

std::string_view to_string(ScalarType type) {
    switch (type) {
        case ScalarType::Pointer:
            return "a pointer";
        case ScalarType::Int32:
            return "int";
        case ScalarType::Int64:
            return "long";
        case ScalarType::Float32:
            return "float";
    }
    return "unknown";
}

}  // namespace abut::device
