// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace abut::test {

/// A function on a stack of its own, in turns with whoever resumes it. What it throws must not leave it. Of x86-64.
class Fiber {
public:
    static constexpr std::size_t stack_bytes = std::size_t{128} << 10;

    Fiber();
    /// Makes `run(argument)` what the next resume begins with. A function that was there before is given up where it stands.
    void start(void (*run)(void*), void* argument);
    /// Runs the function to its next suspend, or to its end. Throws std::logic_error where it left its stack.
    void resume();
    /// Called by the function: goes on behind resume.
    void suspend();

private:
    static void enter(Fiber* fiber);

    std::unique_ptr<std::byte[]> stack_;
    void* own_ = nullptr;     ///< where the function's stack stands
    void* caller_ = nullptr;  ///< where the stack of resume stands
    void (*run_)(void*) = nullptr;
    void* argument_ = nullptr;
};

}  // namespace abut::test
