// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <charconv>
#include <cstdio>
#include <string_view>

#include "support/flags.hpp"

namespace {

/// Whether `argument` is NAME=number; `value` gets the number.
bool read_flag(std::string_view argument, std::string_view name, std::uint32_t& value) {
    if (!argument.starts_with(name)) return false;
    argument.remove_prefix(name.size());
    const auto [end, error] = std::from_chars(argument.data(), argument.data() + argument.size(), value);
    return error == std::errc() && end == argument.data() + argument.size();
}

}  // namespace

/// Besides GoogleTest's flags: --random-graphs=N, --random-seed=S and --all-networks=1, for a soak, and --full-networks=1.
int main(int argc, char** argv) {
    testing::InitGoogleTest(&argc, argv);
    auto& flags = abut::test::flags();
    for (int i = 1; i < argc; ++i) {
        if (read_flag(argv[i], "--random-graphs=", flags.random_graphs) ||
            read_flag(argv[i], "--random-seed=", flags.random_seed) ||
            read_flag(argv[i], "--all-networks=", flags.all_networks) ||
            read_flag(argv[i], "--full-networks=", flags.full_networks))
            continue;
        std::fprintf(
            stderr,
            "unknown argument %s; --random-graphs=N, --random-seed=S, --all-networks=1 and --full-networks=1 are known\n",
            argv[i]);
        return 2;
    }
    return RUN_ALL_TESTS();
}
