// SPDX-License-Identifier: Apache-2.0
#include "cli/plan_map.hpp"

#include <algorithm>

#include "cli/plan_map_files.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"

namespace abut::cli {

namespace {

std::string_view file_text(std::string_view path) {
    const auto files = plan_map_files();
    const auto found = std::ranges::find(files, path, &core::EmbeddedFile::path);
    if (found != files.end()) return found->text;
    core::fail(ErrorCode::Unsupported, "this build of Abut has no file '{}' of the page", path);
}

// All of one kind, in the order of their names; each defines functions, and what runs them comes last.
std::string joined_files(std::string_view extension) {
    std::string text;
    for (const core::EmbeddedFile& file : plan_map_files()) {
        if (file.path.ends_with(extension)) text += file.text;
    }
    return text;
}

std::string escaped_html(std::string_view text) {
    std::string escaped;
    for (const char character : text) {
        switch (character) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            default:
                escaped += character;
        }
    }
    return escaped;
}

// Inside of a string of JSON, the only place where '<' can stand, \u003c means the same and ends no script.
std::string escaped_json(const Json& json) {
    std::string escaped;
    for (const char character : json.dump(-1, ' ', false, Json::error_handler_t::replace)) {
        if (character == '<') {
            escaped += "\\u003c";
        } else {
            escaped += character;
        }
    }
    return escaped;
}

}  // namespace

std::string plan_map_page(const PlanReport& report) {
    std::string page;
    std::string_view rest = file_text("page.html");
    const auto put = [&](std::string_view marker, std::string_view text) {
        const std::size_t at = rest.find(marker);
        page.append(rest.substr(0, at)).append(text);
        rest.remove_prefix(at + marker.size());
    };
    put("@title@", escaped_html(core::printable(report.model)));
    put("@style@", joined_files(".css"));
    put("@data@", escaped_json(plan_map_data(report)));
    put("@script@", joined_files(".js"));
    return page.append(rest);
}

}  // namespace abut::cli
