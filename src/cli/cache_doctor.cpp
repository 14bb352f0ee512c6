// SPDX-License-Identifier: Apache-2.0
// `abut cache doctor`: whether a cache can do its work here, and what to do where it can't.
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "abut/error.hpp"
#include "cli/cache_text.hpp"
#include "cli/commands.hpp"
#include "cli/print.hpp"
#include "core/environment.hpp"
#include "jit/cache_files.hpp"
#include "jit/cache_list.hpp"
#include "jit/cache_quarantine.hpp"
#include "jit/libclang_fault.hpp"
#include "jit/remote_cache.hpp"

namespace abut::cli {

namespace {

namespace files = std::filesystem;

struct Diagnosis {
    std::string subject;
    bool is_wrong = false;
    std::string finding;
    std::string remedy;  ///< of what is wrong, and advice otherwise; may be empty
};

Diagnosis wrong(std::string subject, std::string finding, std::string remedy) {
    return {.subject = std::move(subject), .is_wrong = true, .finding = std::move(finding), .remedy = std::move(remedy)};
}

Diagnosis fine(std::string subject, std::string finding, std::string advice = {}) {
    return {.subject = std::move(subject), .finding = std::move(finding), .remedy = std::move(advice)};
}

bool is_there(const std::string& path) {
    std::error_code ignored;
    return files::exists(path, ignored);
}

/// The directory, or the nearest above it that is there.
std::string existing_part(const std::string& directory) {
    std::error_code ignored;
    auto path = files::absolute(directory, ignored);
    while (!path.empty() && path != path.root_path() && !is_there(path.string())) path = path.parent_path();
    return path.string();
}

Diagnosis directory_of(const std::string& directory) {
    const auto existing = existing_part(directory);
    if (!is_there(directory)) {
        if (::access(existing.c_str(), W_OK | X_OK) != 0)
            return wrong("directory", fmt::format("'{}' is not there, and nobody may make it in '{}'", directory, existing),
                         "name another by --dir, or XDG_CACHE_HOME, that this user may write to");
        return fine("directory", fmt::format("'{}' is not there yet", directory), "it is made when something is compiled");
    }
    try {
        jit::require_directory(directory);
    } catch (const Error& error) {
        return wrong("directory", error.what(), "chown it to this user and chmod 700 it, or name another by --dir");
    }
    struct stat status {};
    static_cast<void>(::stat(directory.c_str(), &status));
    constexpr unsigned permission_bits = 07777;
    const auto what = fmt::format("'{}', owner {}, mode {:o}", directory, status.st_uid, status.st_mode & permission_bits);
    if (::access(directory.c_str(), W_OK | X_OK) != 0)
        return wrong("directory", what + ": this user can't write to it",
                     "chmod u+w it, or name it by --cache-overlay, which is only read");
    return fine("directory", what);
}

Diagnosis disk_of(const std::string& directory, std::int64_t used_bytes, std::int64_t limit_bytes) {
    struct statvfs space {};
    const auto existing = existing_part(directory);
    if (::statvfs(existing.c_str(), &space) != 0)
        return wrong("disk", fmt::format("nothing tells how much space is left for '{}'", existing),
                     "name another by --dir");
    const auto free_bytes = static_cast<std::int64_t>(space.f_bavail) * static_cast<std::int64_t>(space.f_frsize);
    constexpr std::int64_t least_bytes = std::int64_t{64} << 20;  // some networks' kernels
    const auto what = fmt::format("{} free; kernels take {} of a limit of {}", size_text(free_bytes), size_text(used_bytes),
                                  size_text(limit_bytes));
    if (free_bytes < least_bytes) return wrong("disk", what, "make space, `abut cache prune --older 30d` for instance");
    const bool may_fill = free_bytes < limit_bytes - used_bytes;
    return fine("disk", what, may_fill ? "a lower --cache-limit would keep the cache from filling the disk" : "");
}

Diagnosis entries_in(const std::string& directory, const std::vector<jit::ListedEntry>& entries) {
    int damaged = 0;
    int older = 0;
    std::string refused;
    for (const auto& entry : entries) {
        damaged += entry.state == jit::EntryState::Damaged ? 1 : 0;
        older += entry.state == jit::EntryState::Older ? 1 : 0;
        try {
            static_cast<void>(jit::is_readable(directory + "/" + entry.name));
        } catch (const Error& error) {
            refused = error.what();
        }
    }
    const auto what =
        fmt::format("{} programs of kernels, {} damaged, {} of an older version", entries.size(), damaged, older);
    if (!refused.empty()) return wrong("entries", refused, "delete that file, or chown it to this user and chmod 600 it");
    if (damaged > 0) return wrong("entries", what, "`abut cache rm --where state=damaged`; `abut cache verify` finds all");
    return fine("entries", what, older > 0 ? "`abut cache rm --where state=older` frees their space" : "");
}

Diagnosis quarantine_in(const std::string& directory) {
    const auto count = jit::list_quarantine(directory).size();
    return fine("quarantine", fmt::format("{} programs", count), count > 0 ? "`abut cache quarantine ls` says why" : "");
}

Diagnosis drivers() {
    std::string names;
    for (const auto& device : list_devices())
        names += fmt::format("{}{} ({})", names.empty() ? "" : "; ", device.selector, device.name);
    if (names.empty()) return wrong("drivers", "no device is here", "install Debian's pocl-opencl-icd, or NVIDIA's driver");
    return fine("drivers", names);
}

Diagnosis compiler() {
    const auto fault = jit::libclang_fault();
    if (fault.empty()) return fine("compiler", "libclang is here");
    return wrong("compiler", fault, "or use what was compiled elsewhere: `abut cache import`");
}

std::int64_t bytes_below(const std::string& directory) {
    std::int64_t bytes = 0;
    std::error_code error;
    for (auto file = files::recursive_directory_iterator(directory, files::directory_options::skip_permission_denied, error);
         !error && file != files::recursive_directory_iterator(); file.increment(error)) {
        std::error_code ignored;
        const auto size = file->is_regular_file(ignored) ? file->file_size(ignored) : 0;
        if (!ignored) bytes += static_cast<std::int64_t>(size);
    }
    return bytes;
}

Diagnosis pocl() {
    const auto cache = core::read_pocl_cache();
    if (cache.is_off) return fine("PoCL's cache", "it is off (POCL_KERNEL_CACHE=0)");
    if (!is_there(cache.directory)) {
        const auto existing = existing_part(cache.directory);
        if (::access(existing.c_str(), W_OK | X_OK) != 0)
            return wrong("PoCL's cache",
                         fmt::format("'{}' is not there, and nobody may make it in '{}'", cache.directory, existing),
                         "set POCL_CACHE_DIR to a directory that this user may write to, or PoCL compiles nothing");
        return fine("PoCL's cache", fmt::format("'{}' is not there yet", cache.directory));
    }
    const auto what = fmt::format("'{}', {}", cache.directory, size_text(bytes_below(cache.directory)));
    if (::access(cache.directory.c_str(), W_OK | X_OK) != 0)
        return wrong("PoCL's cache", what + ": this user can't write to it",
                     "set POCL_CACHE_DIR to a directory that this user may write to, or PoCL compiles nothing");
    return fine("PoCL's cache", what,
                "it has no limit; Abut needs nothing of it, so it may be deleted while no program uses PoCL");
}

Diagnosis server(const RemoteCacheOptions& options) {
    const auto fault = jit::server_fault(options);
    if (!fault) return fine("server", fmt::format("{} answers", options.url));
    return wrong("server", fmt::format("{}: {}", options.url, *fault),
                 "see that it runs and is reached from here, and to the files of its key and password; kernels are compiled "
                 "without it meanwhile");
}

std::vector<Diagnosis> examine(const std::string& directory, const CommonOptions& options) {
    std::vector<Diagnosis> all{directory_of(directory)};
    std::vector<jit::ListedEntry> entries;
    try {
        entries = jit::list_entries(directory);
        all.push_back(entries_in(directory, entries));
        all.push_back(quarantine_in(directory));
    } catch (const Error& error) {
        all.push_back(wrong("entries", error.what(), "see to the directory first"));
    }
    std::int64_t used_bytes = 0;
    for (const auto& entry : entries) used_bytes += entry.bytes;
    all.push_back(disk_of(directory, used_bytes, options.cache_limit_bytes));
    all.push_back(drivers());
    all.push_back(compiler());
    all.push_back(pocl());
    if (!options.cache_remote.url.empty()) all.push_back(server(options.cache_remote));
    return all;
}

void print_diagnosis(const Diagnosis& diagnosis) {
    constexpr std::size_t indent = 4;
    print(fmt::format("{}  {}", diagnosis.is_wrong ? "wrong" : "ok   ", diagnosis.subject));
    print(wrapped(diagnosis.finding, indent));
    if (!diagnosis.remedy.empty()) print(wrapped((diagnosis.is_wrong ? "what to do: " : "") + diagnosis.remedy, indent));
}

}  // namespace

int execute(const CacheDoctorOptions&, Context& context) {
    const auto directory = context.cache_directory();
    const auto all = examine(directory, context.options());
    const auto count = std::ranges::count(all, true, &Diagnosis::is_wrong);
    if (context.json()) {
        Json json = json_report("cache");
        json["cache"] = directory;
        json["wrong"] = count;
        json["checks"] = Json::array();
        for (const auto& each : all)
            json["checks"].push_back(
                {{"subject", each.subject}, {"wrong", each.is_wrong}, {"finding", each.finding}, {"remedy", each.remedy}});
        print_json(json);
    } else {
        for (const auto& each : all) print_diagnosis(each);
        print(count == 0 ? "nothing is wrong" : fmt::format("{} wrong", count));
    }
    return count == 0 ? exit_done : exit_findings;
}

}  // namespace abut::cli
