// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <fmt/format.h>

#include <string>

#include "cli/print.hpp"
#include "program/check_run.hpp"

namespace abut::cli {

/// The field `check` of reports.
inline Json check_json(const programs::CheckReport& report) {
    Json json = Json::object();
    json["steps"] = report.steps;
    json["memory_bytes"] = report.memory_bytes;
    return json;
}

/// Of such a field.
inline std::string check_line(const Json& check) {
    return fmt::format("checked: {} steps in three runs, {} bytes of memory after each", check.at("steps").get<int>(),
                       grouped(check.at("memory_bytes").get<std::int64_t>()));
}

}  // namespace abut::cli
