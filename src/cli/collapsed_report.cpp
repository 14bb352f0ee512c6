// SPDX-License-Identifier: Apache-2.0
#include "cli/collapsed_report.hpp"

#include <fmt/format.h>

#include <cstdlib>

#include "cli/cache_text.hpp"
#include "jit/key_document.hpp"

namespace abut::cli {

std::string collapsed_text(const jit::CollapsedClass& collapsed) {
    return fmt::format("collapsed: {}: none of {} variants paid, the best has {}; generic ones serve in their place",
                       collapsed.name, collapsed.variants, benefit_number(collapsed.greatest_benefit));
}

Json collapsed_json(const jit::CollapsedClass& collapsed) {
    return {{"class", collapsed.name}, {"variants", collapsed.variants}, {"greatest_benefit", collapsed.greatest_benefit}};
}

void print_collapsed(const std::string& directory) {
    constexpr std::size_t indent = 2;
    for (const auto& file : jit::list_collapsed(directory)) {
        if (file.classes.empty()) continue;
        print(wrapped(fmt::format("on {} of {} units", jit::field_value(file.identity, "name"),
                                  jit::field_value(file.identity, "units")),
                      0));
        for (const auto& each : file.classes) print(wrapped(collapsed_text(each), indent));
    }
}

Json all_collapsed_json(const std::string& directory) {
    Json json = Json::array();
    for (const auto& file : jit::list_collapsed(directory)) {
        for (const auto& each : file.classes) {
            json.push_back({{"device", jit::field_value(file.identity, "name")},
                            {"units", std::atoll(jit::field_value(file.identity, "units").c_str())}});
            json.back().update(collapsed_json(each));
        }
    }
    return json;
}

}  // namespace abut::cli
