// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "abut/graph.hpp"

namespace abut::tests {

inline constexpr std::int64_t cached_heads = 2;
inline constexpr std::int64_t cached_head_width = 16;
inline constexpr std::int64_t cached_width = cached_heads * cached_head_width;

/// A cache of `rows` tokens: {1, heads, rows, head width}, in memory one token after another.
ViewSpec cache_spec(std::int64_t rows);

/// Attention of one token to itself and to `past` earlier ones, whose keys and values are inputs that lie in the memory of
/// the outputs, as a decoder has it. Inputs: x {1, 1, width}, bias {1, 1, 1, past + 1}, past_keys, past_values; outputs: y,
/// keys, values. The weights are the same for every `past`.
Graph cached_attention(std::int64_t past);

}  // namespace abut::tests
