// SPDX-License-Identifier: Apache-2.0
#include "cli/parse_rung.hpp"

#include <charconv>
#include <map>
#include <string_view>

#include "cli/usage_error.hpp"

namespace abut::cli {
namespace {

const std::map<std::string_view, Rung> rungs_by_name = {{"alias", Rung::Alias},
                                                        {"multi-store", Rung::MultiStore},
                                                        {"segmented-read", Rung::SegmentedRead},
                                                        {"copy", Rung::Copy}};

ForcedRung parse_rung(const std::string& option) {
    const std::string_view text = option;
    const auto equals = text.rfind('=');
    const auto colon = text.substr(0, equals).rfind(':');
    if (equals != std::string_view::npos && colon != std::string_view::npos && colon > 0) {
        const std::string_view number = text.substr(colon + 1, equals - colon - 1);
        const auto rung = rungs_by_name.find(text.substr(equals + 1));
        int operand = 0;
        const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), operand);
        const bool is_number = error == std::errc{} && stop == number.data() + number.size() && operand >= 0;
        if (is_number && rung != rungs_by_name.end()) return {std::string(text.substr(0, colon)), operand, rung->second};
    }
    fail_usage(
        "--place '{}': expected CONCAT:OPERAND=RUNG, an operand's number from 0 and one of alias, multi-store, "
        "segmented-read and copy",
        option);
}

}  // namespace

std::vector<ForcedRung> parse_rungs(const std::vector<std::string>& texts) {
    std::vector<ForcedRung> rungs;
    for (const std::string& text : texts) rungs.push_back(parse_rung(text));
    return rungs;
}

}  // namespace abut::cli
