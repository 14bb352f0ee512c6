// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>

#include "jit/cache_system.hpp"

namespace abut::test {

/// A system that ends the process at the call whose number is `step`; writes are short, so that there are many.
inline jit::CacheSystem killing_at(int step, std::size_t most_bytes = 100) {
    auto count = std::make_shared<int>(0);
    const auto at_step = [count, step] {
        if ((*count)++ == step) ::raise(SIGKILL);
    };
    jit::CacheSystem system;
    system.write = [=](int file, const void* bytes, std::size_t size) {
        at_step();
        const auto written = ::write(file, bytes, std::min(size, most_bytes));
        at_step();
        return written;
    };
    system.sync = [=](int file) {
        at_step();
        const auto result = ::fsync(file);
        at_step();
        return result;
    };
    system.rename = [=](const char* from, const char* to) {
        at_step();
        const auto result = std::rename(from, to);
        at_step();
        return result;
    };
    system.unlink = [=](const char* path) {
        at_step();
        const auto result = ::unlink(path);
        at_step();
        return result;
    };
    return system;
}

}  // namespace abut::test
