// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>

namespace abut::jit {

/// Says when a server that failed may be asked again: after two failures in a row not for a second, then one call, and
/// twice as long each time that fails too, up to a minute. Used by one thread at a time.
class CircuitBreaker {
public:
    using Time = std::chrono::steady_clock::time_point;

    [[nodiscard]] bool allows(Time now) const { return now >= closed_until_; }
    void note_success() {
        failures_ = 0;
        pause_ = shortest_pause;
    }
    /// For how long no call is allowed from now on, where that begins with this failure.
    std::optional<std::chrono::seconds> note_failure(Time now) {
        if (++failures_ < failures_in_a_row) return std::nullopt;
        const auto pause = pause_;
        closed_until_ = now + pause;
        pause_ = pause * 2 < longest_pause ? pause * 2 : longest_pause;
        return pause;
    }

private:
    static constexpr int failures_in_a_row = 2;
    static constexpr std::chrono::seconds shortest_pause{1};
    static constexpr std::chrono::seconds longest_pause{60};

    int failures_ = 0;
    std::chrono::seconds pause_ = shortest_pause;
    Time closed_until_ = Time::min();
};

}  // namespace abut::jit
