// SPDX-License-Identifier: Apache-2.0
#include "cli/print.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "abut/error.hpp"
#include "core/printable.hpp"

namespace abut::cli {

Json json_report(std::string_view name) {
    Json json = Json::object();
    json["schema"] = fmt::format("abut.{}/1", name);
    return json;
}

void print_json(const Json& json) {
    print(json.dump(1, ' ', false, Json::error_handler_t::replace));
}

void print(std::string_view text) {
    const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fputc('\n', stdout) != EOF;
    if (!written || std::fflush(stdout) != 0) throw Error(ErrorCode::IO, "standard output can't be written");
}

std::string table(std::vector<std::vector<std::string>> rows, std::size_t left) {
    std::vector<std::size_t> widths;
    for (auto& row : rows) std::ranges::transform(row, row.begin(), core::one_line);
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += i == 0 ? "" : "  ";
            line += i < left ? fmt::format("{:<{}}", row[i], widths[i]) : fmt::format("{:>{}}", row[i], widths[i]);
        }
        line.resize(line.find_last_not_of(' ') + 1);
        text += (text.empty() ? "" : "\n") + line;
    }
    return text;
}

std::string grouped(std::int64_t number) {
    std::string digits = fmt::format("{}", number);
    const std::ptrdiff_t first = number < 0 ? 1 : 0;
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > first; at -= 3)
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    return digits;
}

}  // namespace abut::cli
