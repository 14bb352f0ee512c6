// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <charconv>
#include <cstdio>
#include <string_view>

#include "support/flags.hpp"

namespace {

constexpr int code_of_skipped = 77;  // ctest's SKIP_RETURN_CODE, where a suite found nothing that it could test

/// Whether `argument` is NAME=number; `value` gets the number.
bool read_flag(std::string_view argument, std::string_view name, std::uint32_t& value) {
    if (!argument.starts_with(name)) return false;
    argument.remove_prefix(name.size());
    const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), value);
    return error == std::errc() && end == argument.data() + argument.size();
}

/// Takes our flags out of the arguments. Which tests there are may depend on them.
void read_flags(int& argc, char** argv) {
    auto& flags = abut::test::flags();
    int kept = 1;
    for (int i = 1; i < argc; ++i) {
        const bool is_ours = read_flag(argv[i], "--random-graphs=", flags.random_graphs) ||
                             read_flag(argv[i], "--random-seed=", flags.random_seed) ||
                             read_flag(argv[i], "--all-networks=", flags.all_networks) ||
                             read_flag(argv[i], "--all-slices=", flags.all_slices) ||
                             read_flag(argv[i], "--full-networks=", flags.full_networks) ||
                             read_flag(argv[i], "--processes=", flags.processes);
        if (!is_ours) argv[kept++] = argv[i];
    }
    argc = kept;
    argv[argc] = nullptr;
}

}  // namespace

/// Besides GoogleTest's flags: --random-graphs=N, --random-seed=S, --all-networks=1, --all-slices=1 and --processes=N, for a
/// soak, and --full-networks=1.
int main(int argc, char** argv) {
    read_flags(argc, argv);
    testing::InitGoogleTest(&argc, argv);
    if (argc == 1) {
        const int failed = RUN_ALL_TESTS();
        const auto& tests = *testing::UnitTest::GetInstance();
        const bool all_skipped = tests.skipped_test_count() > 0 && tests.skipped_test_count() == tests.test_to_run_count();
        return failed == 0 && all_skipped ? code_of_skipped : failed;
    }
    std::fprintf(stderr,
                 "unknown argument %s; --random-graphs=N, --random-seed=S, --all-networks=1, --all-slices=1, "
                 "--full-networks=1 and --processes=N are known\n",
                 argv[1]);
    return 2;
}
