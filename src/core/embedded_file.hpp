// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace abut::core {

/// A file of the source tree that was compiled in as text (cmake/embed_files.cmake).
struct EmbeddedFile {
    std::string_view path;  ///< below the folder that was embedded: "cpu/conv2d.cl"
    std::string_view text;
};

}  // namespace abut::core
