// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cli/print.hpp"
#include "jit/collapsed_classes.hpp"

namespace abut::cli {

/// "collapsed: gpu/conv2d x 16, y 8: none of 5 variants paid, the best has 0.99x; generic ones serve in their place".
std::string collapsed_text(const jit::CollapsedClass& collapsed);
/// {class, variants, greatest_benefit}.
Json collapsed_json(const jit::CollapsedClass& collapsed);

/// What has collapsed in a cache's directory, a line each with the device; nothing where nothing has.
void print_collapsed(const std::string& directory);
/// [{device, units, class, variants, greatest_benefit}].
Json all_collapsed_json(const std::string& directory);

}  // namespace abut::cli
