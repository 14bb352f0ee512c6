// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/embedded_file.hpp"

namespace abut::cli {

/// The files of plan_map/: "page.html".
std::span<const core::EmbeddedFile> plan_map_files();

}  // namespace abut::cli
