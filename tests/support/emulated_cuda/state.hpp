// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace emulated {

/// What a work-item asks of the work-group that runs it.
class Group {
public:
    virtual ~Group() = default;
    /// Returns when every work-item of the group has come to a barrier.
    virtual void barrier(const char* file, int line) = 0;
    /// The group's local memory, before its first use by a work-item.
    virtual void local_memory(void* begin, void* end) = 0;
    /// Ends the work-item: it is about to touch `address`, which the type there is not aligned to.
    virtual void misaligned(const char* file, unsigned line, const void* address, std::size_t alignment) = 0;
};

struct Dimensions {
    unsigned x = 0;
};

/// Of a program: which work-item runs.
struct State {
    Group* group = nullptr;
    Dimensions block;
    Dimensions thread;
};

/// Of a kernel: the bytes of its parameters.
struct Signature {
    static constexpr int most = 128;
    int count = 0;
    int size_bytes[most] = {};
};

}  // namespace emulated
