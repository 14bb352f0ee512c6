// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fcntl.h>
#include <sys/types.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <functional>

namespace abut::jit {

/// What the kernel cache asks of the system and what can go wrong there; tests put faults and other clocks in.
struct CacheSystem {
    std::function<ssize_t(int file, void* bytes, std::size_t size)> read = ::read;
    std::function<ssize_t(int file, const void* bytes, std::size_t size)> write = ::write;
    std::function<int(int file)> sync = ::fsync;
    std::function<int(const char* from, const char* to)> rename = std::rename;
    std::function<int(const char* path)> unlink = ::unlink;
    std::function<std::int64_t()> now = [] {
        return static_cast<std::int64_t>(std::time(nullptr));
    };  ///< seconds since 1970
};

}  // namespace abut::jit
