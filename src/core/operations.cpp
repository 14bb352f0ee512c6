// SPDX-License-Identifier: Apache-2.0
#include "abut/operations.hpp"

#include <array>

namespace abut::inline v0 {

namespace {

// In the order of the alternatives of Operation.
constexpr std::array<std::string_view, 18> stems{
    "conv2d", "conv_transpose2d", "dense",  "elementwise", "batch_norm", "pool2d",  "reduce", "softmax", "resize",
    "pad",    "transpose",        "concat", "split",       "slice",      "reshape", "copy",   "cast",    "opaque"};
static_assert(stems.size() == std::variant_size_v<Operation>);

}  // namespace

std::string_view name_of(const Operation& operation) {
    return stems.at(operation.index());
}

}  // namespace abut::inline v0
