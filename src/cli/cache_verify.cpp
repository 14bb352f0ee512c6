// SPDX-License-Identifier: Apache-2.0
// `abut cache verify`: every file of a cache, read as a whole.
#include <fmt/format.h>

#include <optional>

#include "abut/error.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "jit/cache_list.hpp"
#include "jit/collapsed_classes.hpp"
#include "jit/entry_file.hpp"

namespace abut::cli {

int execute(const CacheVerifyOptions&, Context& context) {
    const auto directory = context.cache_directory();
    std::vector<std::string> damaged;
    std::vector<std::string> damaged_notes;
    const auto entries = jit::list_entries(directory);
    for (const auto& entry : entries) {
        std::optional<jit::CacheEntry> sound;
        try {
            sound = jit::read_sound_entry(directory, entry.name);
        } catch (const Error& error) {  // a cache does not use it either
            context.note(error.what());
        }
        // Those of other versions are no findings: nothing reads them.
        const bool is_ours = entry.state == jit::EntryState::Sound || entry.state == jit::EntryState::Damaged;
        if (!sound && is_ours) damaged.push_back(entry.key());
        if (entry.measured.state == jit::BenefitState::Damaged) damaged_notes.push_back(entry.key());
    }
    for (const auto& file : jit::list_collapsed(directory)) {
        if (file.identity.empty()) damaged_notes.push_back(file.name);
    }
    if (context.json()) {
        Json json = json_report("cache");
        json["cache"] = directory;
        json["entries"] = entries.size();
        json["damaged"] = damaged;
        json["damaged_benefits"] = damaged_notes;
        print_json(json);
    } else {
        for (const auto& key : damaged) print(fmt::format("{}  damaged: it is never used", key));
        for (const auto& key : damaged_notes)
            print(fmt::format("{}  what variants gain is damaged there: `abut tune` measures it again", key));
        print(fmt::format("{} programs of kernels, {} damaged", entries.size(), damaged.size()));
    }
    return damaged.empty() && damaged_notes.empty() ? exit_done : exit_findings;
}

}  // namespace abut::cli
