// SPDX-License-Identifier: Apache-2.0
#include "support/fiber.hpp"

#include <array>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#if !defined(__x86_64__)
#error "fibers are written for x86-64"
#endif

extern "C" {
/// Goes on where `to` was left, on the stack there; the registers that a call must keep are on the stacks.
void abut_test_switch_stack(void** from, void* to);
/// Where a new stack begins: calls %rbp with %rbx.
void abut_test_begin_stack();
}

asm(R"(
    .text
    .type abut_test_switch_stack, @function
abut_test_switch_stack:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size abut_test_switch_stack, .-abut_test_switch_stack
    .type abut_test_begin_stack, @function
abut_test_begin_stack:
    movq %rbx, %rdi
    call *%rbp
    ud2
    .size abut_test_begin_stack, .-abut_test_begin_stack
)");

namespace abut::test {
namespace {

constexpr std::uint64_t canary = 0x5afe57ac5afe57ac;

}  // namespace

Fiber::Fiber() : stack_(new std::byte[stack_bytes]) {
    std::memcpy(stack_.get(), &canary, sizeof(canary));
}

void Fiber::start(void (*run)(void*), void* argument) {
    run_ = run;
    argument_ = argument;
    using Word = std::uintptr_t;
    // In the order in which the switch takes them from the stack, its address of return last.
    const std::array<Word, 7> words{0,
                                    0,
                                    0,
                                    0,
                                    reinterpret_cast<Word>(this),
                                    reinterpret_cast<Word>(&Fiber::enter),
                                    reinterpret_cast<Word>(&abut_test_begin_stack)};
    constexpr Word call_alignment = 16;
    const auto end = reinterpret_cast<Word>(stack_.get() + stack_bytes) / call_alignment * call_alignment;
    // Where begin_stack runs, the stack stands at `end`, as a call wants it.
    own_ = reinterpret_cast<void*>(end - sizeof(words));
    std::memcpy(own_, words.data(), sizeof(words));
}

void Fiber::resume() {
    abut_test_switch_stack(&caller_, own_);
    if (std::memcmp(stack_.get(), &canary, sizeof(canary)) != 0) throw std::logic_error("a fiber needs a larger stack");
}

void Fiber::suspend() {
    abut_test_switch_stack(&own_, caller_);
}

void Fiber::enter(Fiber* fiber) {
    fiber->run_(fiber->argument_);
    // Nothing resumes it again before it is started anew.
    fiber->suspend();
}

}  // namespace abut::test
