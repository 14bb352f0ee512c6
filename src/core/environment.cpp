// SPDX-License-Identifier: Apache-2.0
#include "core/environment.hpp"

#include <cstdlib>
#include <filesystem>

namespace abut::core {

namespace {

// Documented by PoCL 3.1 to 7.0; what only moves or logs is left out.
constexpr const char* driver_variables[] = {
    "POCL_BINARY_SPECIALIZE_WG",     "POCL_EXTRA_BUILD_FLAGS", "POCL_KERNELLIB_NAME",           "POCL_LLVM_CPU_NAME",
    "POCL_WILOOPS_MAX_UNROLL_COUNT", "POCL_WORK_GROUP_METHOD", "POCL_WORK_GROUP_SPECIALIZATION"};

std::string driver_settings() {
    std::string lines;
    for (const auto* name : driver_variables) {
        if (const auto* value = std::getenv(name)) lines += std::string(name) + "=" + value + "\n";
    }
    return lines;
}

std::string text_of(const char* value) {
    return value != nullptr ? value : "";
}

bool is_absolute(const char* path) {
    return path != nullptr && std::filesystem::path(path).is_absolute();
}

}  // namespace

std::optional<std::string> cache_directory(const char* xdg_cache_home, const char* home) {
    if (is_absolute(xdg_cache_home)) return (std::filesystem::path(xdg_cache_home) / "abut").string();
    if (is_absolute(home)) return (std::filesystem::path(home) / ".cache" / "abut").string();
    return std::nullopt;
}

Environment read_environment() {
    return {.cache_directory = cache_directory(std::getenv("XDG_CACHE_HOME"), std::getenv("HOME")),
            .driver_settings = driver_settings(),
            .nvrtc_library = text_of(std::getenv("ABUT_NVRTC")),
            .cuda_driver = text_of(std::getenv("ABUT_CUDA_DRIVER"))};
}

PoclCache read_pocl_cache() {
    const auto* const named = std::getenv("POCL_CACHE_DIR");
    const auto* const xdg = std::getenv("XDG_CACHE_HOME");
    const auto* const home = std::getenv("HOME");
    PoclCache cache{.directory = "/tmp/pocl/kcache", .is_off = text_of(std::getenv("POCL_KERNEL_CACHE")) == "0"};
    // In the order of pocl_cache_init_topdir in PoCL 3.1's lib/CL/pocl_cache.c.
    if (named != nullptr) {
        cache.directory = named;
    } else if (xdg != nullptr && *xdg != '\0') {
        cache.directory = (std::filesystem::path(xdg) / "pocl" / "kcache").string();
    } else if (home != nullptr) {
        cache.directory = (std::filesystem::path(home) / ".cache" / "pocl" / "kcache").string();
    }
    return cache;
}

void limit_driver_threads(int threads) {
    const std::string count = std::to_string(threads);
    // PoCL up to 3, PoCL since 4, Intel's runtime.
    for (const char* name :
         {"POCL_MAX_PTHREAD_COUNT", "POCL_CPU_MAX_CU_COUNT", "CL_CONFIG_CPU_TBB_NUM_WORKERS", "DPCPP_CPU_NUM_CUS"}) {
        ::setenv(name, count.c_str(), 1);
    }
}

}  // namespace abut::core
