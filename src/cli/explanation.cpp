// SPDX-License-Identifier: Apache-2.0
#include "cli/explanation.hpp"

#include <fmt/format.h>

#include <sstream>
#include <utility>

#include "cli/cache_text.hpp"
#include "core/utc_text.hpp"

namespace abut::cli {

namespace {

std::string_view reason_name(jit::MissReason reason) {
    switch (reason) {
        case jit::MissReason::Absent:
            return "absent";
        case jit::MissReason::Different:
            return "different";
        case jit::MissReason::Evicted:
            return "evicted";
        case jit::MissReason::Quarantined:
            return "quarantined";
        case jit::MissReason::Present:
            return "present";
    }
    return {};
}

Json differences_json(const std::vector<jit::FieldDifference>& differences) {
    Json json = Json::array();
    for (const auto& difference : differences)
        json.push_back({{"field", difference.name}, {"wanted", difference.wanted}, {"found", difference.found}});
    return json;
}

std::vector<std::string> variants_of(const jit::CacheEvent& event) {
    std::vector<std::string> keys;
    std::istringstream words(event.variants);
    for (std::string key; words >> key;) keys.push_back(std::move(key));
    return keys;
}

std::string difference_text(const jit::FieldDifference& difference) {
    constexpr std::size_t indent = 8;
    const auto value = [](const std::string& text) { return text.empty() ? "nothing" : text; };
    return fmt::format("\n{}\n{}\n{}", wrapped(difference.name, indent - 2),
                       wrapped("wanted: " + value(difference.wanted), indent),
                       wrapped("found:  " + value(difference.found), indent));
}

}  // namespace

std::string explanation_text(const jit::MissExplanation& explanation) {
    constexpr std::size_t indent = 4;
    if (explanation.reason != jit::MissReason::Different) return wrapped(jit::to_text(explanation), indent);
    auto text = wrapped(fmt::format("the nearest is in {} and differs in", explanation.nearest), indent);
    for (const auto& difference : explanation.identity_differences) text += difference_text(difference);
    for (const auto& difference : explanation.document_differences) text += difference_text(difference);
    return text;
}

Json explanation_json(const jit::MissExplanation& explanation) {
    Json json = Json::object();
    json["reason"] = reason_name(explanation.reason);
    json["nearest"] = explanation.nearest.empty() ? Json(nullptr) : Json(explanation.nearest);
    json["device_differences"] = differences_json(explanation.identity_differences);
    json["kernel_differences"] = differences_json(explanation.document_differences);
    json["time"] = explanation.time > 0 ? Json(core::utc_text(explanation.time)) : Json(nullptr);
    json["text"] = jit::to_text(explanation);
    return json;
}

std::string event_text(const jit::CacheEvent& event) {
    constexpr std::size_t indent = 2;
    std::string what = fmt::format("{}  {}", core::utc_text(event.time), event.event);
    if (!event.key.empty()) what += fmt::format("  {}{}{}", event.kernel, event.kernel.empty() ? "" : "_", event.key);
    std::string who = fmt::format("process {}", event.process);
    if (!event.model.empty()) who = fmt::format("{}, {}", event.model, who);
    return fmt::format("{}\n{}\n{}", wrapped(what, indent), wrapped(who, 2 * indent), wrapped(event.reason, 2 * indent));
}

Json event_json(const jit::CacheEvent& event) {
    Json json = Json::object();
    json["time"] = core::utc_text(event.time);
    json["event"] = event.event;
    json["key"] = event.key;
    json["kernel"] = event.kernel;
    json["model"] = event.model;
    json["process"] = event.process;
    json["device"] = event.device;
    json["variants"] = variants_of(event);
    json["reason"] = event.reason;
    return json;
}

std::vector<std::string> keys_of_event(const jit::CacheEvent& event) {
    auto keys = variants_of(event);
    if (!event.key.empty()) keys.push_back(event.key);
    return keys;
}

}  // namespace abut::cli
