# SPDX-License-Identifier: Apache-2.0
# Settings of every target of the project, as an interface library that is never installed.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(ABUT_CCACHE ccache)
if(ABUT_CCACHE)
  # What ccache asks for where headers are precompiled: https://ccache.dev/manual/4.7.4.html#_precompiled_headers
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${ABUT_CCACHE})
endif()

# Precompiled for most targets: what takes longest to parse and never changes. Presets other than release do without, so that a
# source which lacks an include is found there.
set(ABUT_COMMON_HEADERS <algorithm> <functional> <map> <memory> <optional> <span> <string> <variant> <vector> <fmt/format.h>)

add_library(abut_settings INTERFACE)
target_compile_options(abut_settings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor
                       -Wno-missing-field-initializers)
# GCC 12 finds overlaps in std::string's own copies (https://gcc.gnu.org/PR105651).
target_compile_options(abut_settings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
# Likewise, seen where the header of std::string is precompiled; builds without keep both warnings.
if(NOT CMAKE_DISABLE_PRECOMPILE_HEADERS)
  target_compile_options(abut_settings INTERFACE "$<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow;-Wno-array-bounds>")
endif()
# Host results are compared bit for bit: the compiler must not contract a * b + c on its own.
target_compile_options(abut_settings INTERFACE -ffp-contract=off)
if(ABUT_SANITIZE)
  target_compile_options(abut_settings INTERFACE -fsanitize=${ABUT_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(abut_settings INTERFACE -fsanitize=${ABUT_SANITIZE})
endif()

# libclang's C header; the library itself is loaded at run time when a kernel has to be compiled.
find_path(ABUT_LIBCLANG_INCLUDE_DIR clang-c/Index.h
          PATHS /usr/lib/llvm-14/include /usr/lib/llvm-15/include /usr/lib/llvm-16/include REQUIRED)
