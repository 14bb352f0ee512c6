// SPDX-License-Identifier: Apache-2.0
#include "jit/cache_usage.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "core/fail.hpp"
#include "jit/cache_files.hpp"
#include "jit/variant_benefits.hpp"

namespace abut::jit {
namespace {

constexpr const char* used_suffix = ".used";
constexpr const char* pinned_suffix = ".pinned";

std::string beside(const std::string& directory, const std::string& file, const char* suffix) {
    return directory + "/" + key_of_file(file) + suffix;
}

std::optional<FileFacts> facts_if_known(const std::string& path) try { return file_facts(path); } catch (const Error&) {
    return std::nullopt;
}

}  // namespace

std::string key_of_file(const std::string& file) {
    return file.substr(0, file.rfind('.'));
}

void note_use(const std::string& directory, const std::string& file, const CacheSystem& system) {
    static_cast<void>(append_to_file(beside(directory, file, used_suffix), ".", system));
}

EntryUse use_of(const std::string& directory, const std::string& file) {
    const auto facts = facts_if_known(beside(directory, file, used_suffix));
    return facts ? EntryUse{.hits = facts->bytes, .last_used = facts->modified} : EntryUse{};
}

void set_pinned(const std::string& directory, const std::string& file, bool pinned) {
    const auto path = beside(directory, file, pinned_suffix);
    if (pinned ? append_to_file(path, "") : ::unlink(path.c_str()) == 0 || errno == ENOENT) return;
    core::fail(ErrorCode::IO, "kernel cache: can't {} '{}': {}", pinned ? "write" : "remove", path,
               std::generic_category().message(errno));
}

bool is_pinned(const std::string& directory, const std::string& file) {
    return facts_if_known(beside(directory, file, pinned_suffix)).has_value();
}

void remove_notes(const std::string& directory, const std::string& file, const CacheSystem& system) {
    for (const auto* suffix : {used_suffix, pinned_suffix, benefit_suffix})
        static_cast<void>(system.unlink(beside(directory, file, suffix).c_str()));
}

RemoveResult remove_entry(const std::string& directory, const std::string& file, const CacheSystem& system) {
    const bool was_there = system.unlink((directory + "/" + file).c_str()) == 0;
    if (!was_there && errno != ENOENT) return RemoveResult::Refused;
    remove_notes(directory, file, system);
    return was_there ? RemoveResult::Removed : RemoveResult::Absent;
}

}  // namespace abut::jit
