// SPDX-License-Identifier: Apache-2.0
#include "jit/key_locks.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "support/child_process.hpp"
#include "support/file_bytes.hpp"
#include "support/temporary_directory.hpp"

namespace abut::jit {
namespace {

using namespace std::chrono_literals;

/// Holds locks in a child process until it is told or killed.
class Holder {
public:
    Holder(const std::string& directory, std::vector<std::string> names)
        : child_([this, &directory, names = std::move(names)] {
              const KeyLocks locks(directory, names, 10s, {});
              test::write_file(ready(), {});
              while (std::filesystem::exists(ready())) std::this_thread::sleep_for(1ms);
              return locks.complete() ? 0 : 1;
          }) {
        while (!std::filesystem::exists(ready())) std::this_thread::sleep_for(1ms);
    }
    int release() {
        std::filesystem::remove(ready());
        return child_.wait();
    }
    [[nodiscard]] test::ChildProcess& process() { return child_; }

private:
    [[nodiscard]] std::string ready() const { return folder_.path() + "/ready"; }

    test::TemporaryDirectory folder_;
    test::ChildProcess child_;
};

TEST(KeyLocks, AreHadByOneAtATime) {
    const test::TemporaryDirectory directory;
    const std::vector<std::string> names{"a", "b"};
    const KeyLocks first(directory.path(), names, 1s, {});
    EXPECT_TRUE(first.complete());
    EXPECT_FALSE(first.waited());
    // Of another open file, also in one process.
    const KeyLocks second(directory.path(), std::vector<std::string>{"b", "c"}, 20ms, {});
    EXPECT_FALSE(second.complete());
    EXPECT_TRUE(second.waited());
    EXPECT_TRUE(KeyLocks(directory.path(), std::vector<std::string>{"d"}, 0ms, {}).complete());
}

TEST(KeyLocks, AreReleasedAtTheEndOfTheScope) {
    const test::TemporaryDirectory directory;
    const std::vector<std::string> names{"a"};
    EXPECT_TRUE(KeyLocks(directory.path(), names, 0ms, {}).complete());
    EXPECT_TRUE(KeyLocks(directory.path(), names, 0ms, {}).complete());
}

TEST(KeyLocks, AreWaitedForWhileAnotherProcessHasThem) {
    const test::TemporaryDirectory directory;
    const std::vector<std::string> names{"a"};
    Holder holder(directory.path(), names);
    int polls = 0;
    const KeyLocks locks(directory.path(), names, 30s, [&] {
        if (++polls != 3) return;
        EXPECT_EQ(holder.release(), 0);
    });
    EXPECT_TRUE(locks.complete());
    EXPECT_TRUE(locks.waited());
    EXPECT_GE(polls, 3);
}

TEST(KeyLocks, AreFreeOnceTheirHolderIsKilled) {
    const test::TemporaryDirectory directory;
    const std::vector<std::string> names{"a"};
    Holder holder(directory.path(), names);
    holder.process().signal(SIGKILL);
    EXPECT_EQ(holder.process().wait(), -SIGKILL);
    EXPECT_TRUE(KeyLocks(directory.path(), names, 0ms, {}).complete());
}

TEST(KeyLocks, AreNotWaitedForForEverWhereTheirHolderIsStopped) {
    const test::TemporaryDirectory directory;
    const std::vector<std::string> names{"a"};
    Holder holder(directory.path(), names);
    holder.process().signal(SIGSTOP);
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(KeyLocks(directory.path(), names, 100ms, {}).complete());
    EXPECT_LT(std::chrono::steady_clock::now() - start, 10s);
}

TEST(KeyLocks, MakeNoTwoProcessesWaitForEachOther) {
    const test::TemporaryDirectory directory;
    const std::vector<std::string> names{"a", "b", "c", "d"};
    const std::vector<std::string> reversed{"d", "c", "b", "a"};
    const auto take_often = [&](const std::vector<std::string>& order) {
        return [&directory, &order] {
            for (int i = 0; i < 200; ++i) {
                if (!KeyLocks(directory.path(), order, 30s, {}).complete()) return 1;
            }
            return 0;
        };
    };
    test::ChildProcess forth(take_often(names));
    test::ChildProcess back(take_often(reversed));
    EXPECT_EQ(forth.wait(), 0);
    EXPECT_EQ(back.wait(), 0);
}

TEST(KeyLocks, EndWithWhatIsThrownBetweenPolls) {
    const test::TemporaryDirectory directory;
    const std::vector<std::string> names{"a"};
    const KeyLocks first(directory.path(), names, 0ms, {});
    EXPECT_THROW(KeyLocks(directory.path(), names, 30s, [] { throw std::runtime_error("stopped"); }), std::runtime_error);
}

TEST(KeyLocks, AreNotHadWhereThereIsNoFileForThem) {
    EXPECT_FALSE(KeyLocks("/nowhere", std::vector<std::string>{"a"}, 30s, {}).complete());
    const test::TemporaryDirectory directory;
    std::filesystem::create_symlink("/tmp", directory.path() + "/locks");
    EXPECT_FALSE(KeyLocks(directory.path(), std::vector<std::string>{"a"}, 30s, {}).complete());
}

}  // namespace
}  // namespace abut::jit
