// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace abut::core {

/// What the library takes from the process's environment; nothing else of it reads a variable.
struct Environment {
    /// The user's cache directory for Abut; nothing where neither XDG_CACHE_HOME nor HOME says where it is.
    std::optional<std::string> cache_directory;
    /// Those variables of drivers that change the code they generate, one "NAME=value" a line.
    std::string driver_settings;
    /// ABUT_NVRTC: the file of NVIDIA's run-time compiler; empty where the usual names are to be tried.
    std::string nvrtc_library;
    /// ABUT_CUDA_DRIVER: the file of CUDA's driver; empty for the one that is installed.
    std::string cuda_driver;
};

/// PoCL's own cache, as its variables say.
struct PoclCache {
    std::string directory;
    bool is_off = false;  ///< POCL_KERNEL_CACHE=0
};
/// Reads the environment anew. Not safe against a concurrent setenv.
PoclCache read_pocl_cache();

/// Reads the environment anew. Not safe against a concurrent setenv.
Environment read_environment();

/// By the XDG base directory specification: values that are not absolute paths are ignored. Either may be null.
std::optional<std::string> cache_directory(const char* xdg_cache_home, const char* home);

/// Tells the OpenCL drivers of CPUs that are loaded from now on how many threads to work with; 1 or more. They offer no
/// other way. Not safe against a concurrent getenv.
void limit_driver_threads(int threads);

}  // namespace abut::core
