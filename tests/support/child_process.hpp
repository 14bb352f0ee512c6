// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <functional>
#include <stdexcept>
#include <utility>

namespace abut::test {

/// A copy of this process that does one thing and ends; killed at the end of the scope where it has not.
class ChildProcess {
public:
    static constexpr int threw = 99;

    /// The exit code is what `work` returns.
    explicit ChildProcess(const std::function<int()>& work) : id_(::fork()) {
        if (id_ < 0) throw std::runtime_error("no child process");
        if (id_ == 0) ::_exit(result_of(work));
    }
    ~ChildProcess() {
        if (id_ > 0) {
            signal(SIGKILL);
            wait();
        }
    }
    ChildProcess(ChildProcess&& other) noexcept : id_(std::exchange(other.id_, 0)) {}
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    void signal(int number) const { ::kill(id_, number); }
    /// Its exit code, or minus the signal that ended it.
    int wait() {
        int status = 0;
        while (::waitpid(id_, &status, 0) < 0) {
            if (errno != EINTR) throw std::runtime_error("a child process is lost");
        }
        id_ = 0;
        return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    }

private:
    static int result_of(const std::function<int()>& work) noexcept {
        try {
            return work();
        } catch (...) {
            return threw;
        }
    }

    pid_t id_;
};

}  // namespace abut::test
