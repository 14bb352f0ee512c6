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
std::span<const Recipe> inception_v3_recipes();
std::span<const Recipe> inception_v4_recipes();
std::span<const Recipe> squeezenet_recipes();
std::span<const Recipe> shufflenet_recipes();
std::span<const Recipe> vovnet_recipes();
std::span<const Recipe> peleenet_recipes();
std::span<const Recipe> nasnet_recipes();
std::span<const Recipe> dla_recipes();
std::span<const Recipe> hrnet_recipes();
std::span<const Recipe> unet_recipes();
std::span<const Recipe> unetpp_recipes();
std::span<const Recipe> deeplab_recipes();
std::span<const Recipe> fpn_recipes();
std::span<const Recipe> yolov8_recipes();
std::span<const Recipe> rrdb_recipes();
std::span<const Recipe> decoder_recipes();

}  // namespace abut::zoo
