// SPDX-License-Identifier: Apache-2.0
#include "jit/key_locks.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <set>
#include <thread>

#include "core/hash.hpp"

namespace abut::jit {
namespace {

using Clock = std::chrono::steady_clock;

enum class Attempt : std::uint8_t { Got, Taken, Impossible };

/// Of open file description: neither another file that is closed nor another thread releases it.
Attempt try_lock(int file, std::int64_t place) {
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = place;
    lock.l_len = 1;
    if (::fcntl(file, F_OFD_SETLK, &lock) == 0) return Attempt::Got;
    return errno == EAGAIN || errno == EACCES || errno == EINTR ? Attempt::Taken : Attempt::Impossible;
}

std::set<std::int64_t> places_of(std::span<const std::string> names) {
    constexpr unsigned unused_bits = 2;  // a place is a positive number, and so is the one behind it
    std::set<std::int64_t> places;
    for (const auto& name : names) places.insert(static_cast<std::int64_t>(core::content_hash(name).high >> unused_bits));
    return places;
}

}  // namespace

KeyLocks::KeyLocks(const std::string& directory, std::span<const std::string> names, std::chrono::milliseconds limit,
                   const std::function<void()>& between_polls)
    : file_(::open((directory + "/locks").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR)) {
    if (!file_.is_open()) return;
    constexpr std::chrono::milliseconds longest_pause{50};
    std::chrono::milliseconds pause{1};
    const auto deadline = Clock::now() + limit;
    for (const auto place : places_of(names)) {
        for (auto attempt = try_lock(file_.number(), place); attempt != Attempt::Got;
             attempt = try_lock(file_.number(), place)) {
            if (attempt == Attempt::Impossible || Clock::now() >= deadline) return;
            waited_ = true;
            if (between_polls) between_polls();
            std::this_thread::sleep_for(pause);
            pause = std::min(pause * 2, longest_pause);
        }
    }
    complete_ = true;
}

}  // namespace abut::jit
