// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace abut::passes {

/// The axis of images {N, C, ...} that has their channels.
inline constexpr int channels = 1;

}  // namespace abut::passes
