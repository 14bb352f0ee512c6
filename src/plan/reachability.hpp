// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace abut::planning {

/// Which steps come before which, as one bit a pair. Edges are added in the order of their later ends.
class Reachability {
public:
    explicit Reachability(std::size_t count) : words_((count + 63) / 64), bits_(count * words_, 0) {}

    [[nodiscard]] bool reaches(int before, int after) const {
        const auto bit = static_cast<std::size_t>(before);
        return ((bits_[static_cast<std::size_t>(after) * words_ + bit / 64] >> (bit % 64)) & 1U) != 0;
    }

    /// All edges that end in `before` must have been added.
    void connect(int before, int after) {
        const std::size_t from = static_cast<std::size_t>(before) * words_;
        const std::size_t to = static_cast<std::size_t>(after) * words_;
        for (std::size_t w = 0; w < words_; ++w) bits_[to + w] |= bits_[from + w];
        const auto bit = static_cast<std::size_t>(before);
        bits_[to + bit / 64] |= std::uint64_t{1} << (bit % 64);
    }

    /// A set of steps.
    using Steps = std::vector<std::uint64_t>;
    [[nodiscard]] Steps nothing() const { return Steps(words_, 0); }
    /// Adds `step` and all that come before it.
    void add(Steps& steps, int step) const {
        const std::size_t from = static_cast<std::size_t>(step) * words_;
        for (std::size_t w = 0; w < words_; ++w) steps[w] |= bits_[from + w];
        steps[static_cast<std::size_t>(step) / 64] |= std::uint64_t{1} << (static_cast<std::size_t>(step) % 64);
    }
    [[nodiscard]] static bool contains(const Steps& steps, int step) {
        const auto bit = static_cast<std::size_t>(step);
        return ((steps[bit / 64] >> (bit % 64)) & 1U) != 0;
    }

private:
    std::size_t words_;
    std::vector<std::uint64_t> bits_;
};

}  // namespace abut::planning
