// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace abut::core {

/// Axes of an image: N, C, H, W.
inline constexpr int image_rank = 4;

}  // namespace abut::core
