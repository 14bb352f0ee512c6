// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "zoo/arguments.hpp"

namespace abut::zoo {

/// A network that can be made: what is listed, and the function that builds it.
struct Recipe {
    ZooEntry entry;
    Graph (*build)(const Arguments& arguments, const ZooOptions& options) = nullptr;
};

// One function a file; each returns the recipes of its family, static data.
std::span<const Recipe> densenet_recipes();
std::span<const Recipe> googlenet_recipes();
std::span<const Recipe> squeezenet_recipes();
std::span<const Recipe> unet_recipes();
std::span<const Recipe> rrdb_recipes();

}  // namespace abut::zoo
