// SPDX-License-Identifier: Apache-2.0
#include "jit/kernel_cache.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <map>
#include <mutex>
#include <optional>
#include <string_view>
#include <thread>
#include <utility>

#include "abut/version.hpp"
#include "core/fail.hpp"
#include "device/device_state.hpp"
#include "jit/background_jobs.hpp"
#include "jit/banned_variants.hpp"
#include "jit/build_program.hpp"
#include "jit/cache_usage.hpp"
#include "jit/kernel_table.hpp"
#include "jit/key_document.hpp"
#include "jit/key_locks.hpp"
#include "jit/remote_cache.hpp"
#include "jit/variant_document.hpp"

namespace abut::jit {
namespace {

using Clock = std::chrono::steady_clock;
/// One spec of each variant that a call asks for.
using SpecsByDocument = std::map<std::string_view, const ops::KernelSpec*>;
using VariantIds = std::vector<VariantId>;

/// Until what was compiled is stored in the background: a driver that generates code does nothing else (PoCL), and a first
/// run still asks for its kernels.
constexpr std::chrono::milliseconds store_delay{2000};

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

/// What one call of get tells its caller.
struct Progress {
    const BuildOptions& options;
    BuildReport report;
    int total = 0;

    void show(int done, bool compiling) const {
        if (options.stop.stop_requested()) core::fail_invalid("stopped while kernels were built");
        if (options.progress) options.progress({.done = done, .total = total, .compiling = compiling});
    }
};

/// The document of each spec. Most of a network's repeat, and a document takes much longer than to find that.
std::vector<std::string> documents_of(std::span<const ops::KernelSpec> specs, const KernelSources& sources) {
    std::vector<std::string> documents;
    std::vector<std::size_t> distinct;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto same = std::ranges::find_if(distinct, [&](std::size_t earlier) { return specs[earlier] == specs[i]; });
        if (same == distinct.end()) {
            distinct.push_back(i);
            documents.push_back(variant_document(specs[i], sources));
        } else {
            documents.push_back(std::string(documents[*same]));
        }
    }
    return documents;
}

/// Variants of one family make one program; of two with the same key only one can be in it, since keys name kernels.
std::vector<VariantIds> programs_of(const VariantIds& missing) {
    std::map<std::string, std::vector<VariantIds>> of_family;
    for (const auto& id : missing) {
        auto& programs = of_family[field_value(id.document, "family")];
        const auto lacks_key = [&](const VariantIds& program) {
            return !std::ranges::count(program, id.key, &VariantId::key);
        };
        const auto place = std::ranges::find_if(programs, lacks_key);
        if (place != programs.end()) {
            place->push_back(id);
        } else {
            programs.push_back({id});
        }
    }
    std::vector<VariantIds> all;
    for (auto& [family, programs] : of_family) std::ranges::move(programs, std::back_inserter(all));
    return all;
}

/// Bans are looked for each time, since they may be of this moment.
void require_allowed(const std::vector<std::string>& documents, const KernelSources& sources, const CacheOptions& options) {
    const auto banned = banned_keys(options);
    if (banned.empty()) return;
    for (const auto& document : documents) {
        const auto found = banned.find(sources.hash(document));
        if (found == banned.end()) continue;
        core::fail(ErrorCode::Unsupported,
                   "kernel {0}_{1} is banned in '{2}', and no weaker variant can take its place; `abut cache unban {1} "
                   "--cache {2}` "
                   "takes that back",
                   field_value(document, "stem"), found->first, found->second);
    }
}

/// "conv2d_KEY, pool2d_KEY and 3 more".
std::string names_of(const VariantIds& ids) {
    constexpr std::size_t most_named = 8;
    std::string text;
    for (const auto& id : std::span(ids).first(std::min(ids.size(), most_named)))
        text += fmt::format("{}{}_{}", text.empty() ? "" : ", ", field_value(id.document, "stem"), id.key);
    return ids.size() > most_named ? fmt::format("{} and {} more", text, ids.size() - most_named) : text;
}

EntryMetadata metadata_of(const BuiltProgram& program, std::int64_t now, double compile_ms) {
    constexpr std::size_t largest_log_bytes = 1 << 16;
    EntryMetadata metadata{.created = now,
                           .compile_ms = compile_ms,
                           .version = std::string(version()),
                           .log = program.log.substr(0, largest_log_bytes),
                           .resources = {}};
    for (const auto& audit : program.audits) metadata.resources.push_back(audit.resources);
    return metadata;
}

}  // namespace

struct KernelCache::State {
    State(const Device& device, KernelSources kernel_sources, CacheSystem cache_system)
        : backend(device.backend()),
          options(device.options().cache),
          log(device.options().log),
          sources(std::move(kernel_sources)),
          system(std::move(cache_system)),
          remote(open_remote_cache(
              options, backend->identity(), sources.hash,
              [this](const char* event, const std::string& key, const std::string& reason, const std::string& label) {
                  const std::scoped_lock lock(disk_mutex);
                  disk.note_remote(event, key, reason, label);
              })),
          disk(options, backend->identity(), device.options().log, sources.hash, system) {}

    void make(const VariantIds& ids, const SpecsByDocument& specs, Progress& progress);
    void load(const VariantIds& ids, Progress& progress);
    bool load_entry_with(const VariantId& id, const std::string& label);
    void fetch(const VariantIds& missing, Progress& progress);
    void take(const CacheEntry& entry, const std::string& label);
    void compile(const VariantIds& missing, const SpecsByDocument& specs, Progress& progress);
    void compile_among_machines(VariantIds missing, const SpecsByDocument& specs, Progress& progress);
    bool compile_leased(const VariantIds& program, const SpecsByDocument& specs, Progress& progress);
    /// Where storing is left to the background, holds `locks` until it is done. Renews `lease`, which may be null.
    void build(const VariantIds& ids, const SpecsByDocument& specs, const std::shared_ptr<const KeyLocks>& locks,
               RemoteCache::Lease* lease, Progress& progress);
    void store(const device::Module& module, CacheEntry& entry, const std::string& label);
    void store_or_warn(const device::Module& module, CacheEntry& entry, const std::string& label);
    std::shared_ptr<const KeyLocks> lock(const VariantIds& missing, const Progress& progress);
    [[nodiscard]] VariantIds missing_of(const VariantIds& ids) const;
    void provide(const std::shared_ptr<device::Module>& module, const std::vector<StoredKernel>& kernels);
    std::optional<std::string> writable_directory();
    void note_lock_timeout(const char* reason, const Progress& progress);
    [[nodiscard]] bool is_kept() { return writable_directory() || (remote && remote->is_writable()); }

    std::shared_ptr<device::Backend> backend;
    CacheOptions options;
    LogCallback log;
    KernelSources sources;
    CacheSystem system;
    KernelTable table;
    std::mutex disk_mutex;
    std::unique_ptr<RemoteCache> remote;  ///< where there is one; first, since its options may be refused
    DiskCache disk;
    BackgroundJobs jobs{store_delay};  // last: they use the others
};

void KernelCache::State::provide(const std::shared_ptr<device::Module>& module, const std::vector<StoredKernel>& kernels) {
    for (const auto& kernel : kernels) {
        table.provide(kernel.document, std::make_shared<const CompiledKernel>(CompiledKernel{
                                           .module = module, .name = kernel.name, .parameters = kernel.parameters}));
    }
}

std::optional<std::string> KernelCache::State::writable_directory() {
    const std::scoped_lock lock(disk_mutex);
    return disk.writable_directory();
}

VariantIds KernelCache::State::missing_of(const VariantIds& ids) const {
    VariantIds missing;
    std::ranges::copy_if(ids, std::back_inserter(missing), [&](const VariantId& id) { return !table.has(id.document); });
    return missing;
}

bool KernelCache::State::load_entry_with(const VariantId& id, const std::string& label) {
    while (true) {
        std::unique_lock lock(disk_mutex);
        const auto found = disk.find(id);
        if (!found) return false;
        lock.unlock();
        try {
            provide(backend->load(found->entry.binary), found->entry.outline.kernels);
            lock.lock();
            disk.note_loaded(*found);
            return true;
        } catch (const Error& error) {
            if (error.code() != ErrorCode::Device) throw;
            lock.lock();
            disk.reject(*found, error.what(), label);
        }
    }
}

void KernelCache::State::load(const VariantIds& ids, Progress& progress) {
    const auto start = Clock::now();
    {
        const std::scoped_lock lock(disk_mutex);
        disk.refresh();
    }
    for (const auto& id : ids) {
        progress.show(progress.report.loaded, false);
        if (table.has(id.document) || load_entry_with(id, progress.options.label)) ++progress.report.loaded;
    }
    {
        const std::scoped_lock lock(disk_mutex);
        disk.warn_of_rest();
    }
    progress.report.load_ms += milliseconds_since(start);
}

void KernelCache::State::take(const CacheEntry& entry, const std::string& label) try {
    provide(backend->load(entry.binary), entry.outline.kernels);
    const std::scoped_lock lock(disk_mutex);
    disk.store(entry, label);
} catch (const Error& error) {
    if (error.code() != ErrorCode::Device) throw;
    const std::scoped_lock lock(disk_mutex);
    disk.note_remote(event_names::refused, key_of_file(entry_file_name(entry.outline)),
                     fmt::format("an entry in Redis is ignored: {}", error.what()), label);
}

void KernelCache::State::fetch(const VariantIds& missing, Progress& progress) {
    if (!remote) return;
    const auto start = Clock::now();
    const auto& label = progress.options.label;
    remote->fetch(missing, label, [&](const CacheEntry& entry) { take(entry, label); });
    progress.report.loaded += static_cast<int>(missing.size() - missing_of(missing).size());
    progress.report.load_ms += milliseconds_since(start);
}

void KernelCache::State::build(const VariantIds& ids, const SpecsByDocument& specs,
                               const std::shared_ptr<const KeyLocks>& locks, RemoteCache::Lease* lease, Progress& progress) {
    const auto start = Clock::now();
    const auto before = progress.report.loaded + progress.report.compiled;
    progress.show(before, true);
    const auto generated = [&](int done) {
        if (lease != nullptr) lease->renew();
        progress.show(before + done, true);
    };
    std::vector<ops::KernelSpec> of_program;
    for (const auto& id : ids) of_program.push_back(*specs.at(id.document));
    auto program = build_program(*backend, of_program, ids, sources, generated);
    provide(program.module, program.kernels);
    auto entry = std::make_shared<CacheEntry>();
    entry->outline = {.identity = backend->identity(),
                      .metadata = metadata_of(program, system.now(), milliseconds_since(start)),
                      .kernels = std::move(program.kernels)};
    entry->source = std::move(program.source);
    // Other machines wait for what is stored.
    if (options.store_in_background && !remote) {
        jobs.add([this, module = program.module, entry, locks, label = progress.options.label] {
            store_or_warn(*module, *entry, label);
        });
    } else {
        store_or_warn(*program.module, *entry, progress.options.label);
    }
    progress.report.compiled += static_cast<int>(ids.size());
    progress.report.compile_ms += milliseconds_since(start);
}

void KernelCache::State::store(const device::Module& module, CacheEntry& entry, const std::string& label) {
    if (!is_kept()) return;
    // PoCL generates every kernel's code once more for its binary.
    entry.binary = module.binary();
    {
        const std::scoped_lock lock(disk_mutex);
        disk.store(entry, label);
    }
    if (remote) remote->store(entry, label);
}

void KernelCache::State::store_or_warn(const device::Module& module, CacheEntry& entry, const std::string& label) try {
    store(module, entry, label);
} catch (const std::exception& error) {  // the kernels are there all the same
    if (log) log(LogLevel::Warning, fmt::format("kernel cache: {}; kernels are kept in memory only", error.what()));
}

std::shared_ptr<const KeyLocks> KernelCache::State::lock(const VariantIds& missing, const Progress& progress) {
    const auto directory = writable_directory();
    if (!directory) return nullptr;
    std::vector<std::string> names;
    for (const auto& id : missing) names.push_back(disk.identity() + id.key);
    const auto between_polls = [&] { progress.show(progress.report.loaded, true); };
    return std::make_shared<const KeyLocks>(*directory, names, options.wait, between_polls);
}

void KernelCache::State::note_lock_timeout(const char* reason, const Progress& progress) {
    const std::scoped_lock lock(disk_mutex);
    disk.note_lock_timeout(reason, progress.options.label);
}

bool KernelCache::State::compile_leased(const VariantIds& program, const SpecsByDocument& specs, Progress& progress) {
    auto lease = remote->lease(program, progress.options.label);
    // Whoever had it before may have stored them meanwhile.
    if (lease.granted().empty()) return false;
    fetch(lease.granted(), progress);
    if (const auto mine = missing_of(lease.granted()); !mine.empty()) build(mine, specs, nullptr, &lease, progress);
    return true;
}

void KernelCache::State::compile_among_machines(VariantIds missing, const SpecsByDocument& specs, Progress& progress) {
    constexpr std::chrono::milliseconds longest_pause{200};
    std::chrono::milliseconds pause{10};
    auto deadline = Clock::now() + options.wait;
    while (!missing.empty() && Clock::now() < deadline) {
        bool is_compiling = false;
        for (const auto& program : programs_of(missing)) is_compiling |= compile_leased(program, specs, progress);
        missing = missing_of(missing);
        if (is_compiling) deadline = Clock::now() + options.wait;  // others have gone on meanwhile
        if (missing.empty() || is_compiling) continue;
        progress.show(progress.report.loaded + progress.report.compiled, true);
        std::this_thread::sleep_for(pause);
        pause = std::min(pause * 2, longest_pause);
        fetch(missing, progress);
        missing = missing_of(missing);
    }
    if (missing.empty()) return;
    note_lock_timeout("another machine compiles the same kernels and does not end", progress);
    for (const auto& program : programs_of(missing)) build(program, specs, nullptr, nullptr, progress);
}

void KernelCache::State::compile(const VariantIds& missing, const SpecsByDocument& specs, Progress& progress) {
    const auto locks = lock(missing, progress);
    if (locks) load(missing, progress);  // another process may have stored them meanwhile
    if (locks && locks->waited() && !locks->complete())
        note_lock_timeout("another process compiles the same kernels and does not end", progress);
    if (remote) return compile_among_machines(missing_of(missing), specs, progress);
    for (const auto& program : programs_of(missing_of(missing))) build(program, specs, locks, nullptr, progress);
}

void KernelCache::State::make(const VariantIds& ids, const SpecsByDocument& specs, Progress& progress) {
    load(ids, progress);
    fetch(missing_of(ids), progress);
    const auto missing = missing_of(ids);
    if (missing.empty()) return;
    {
        const std::scoped_lock lock(disk_mutex);
        disk.note_misses(missing, progress.options.label);
    }
    if (options.mode != CacheMode::Require) return compile(missing, specs, progress);
    core::fail(ErrorCode::NotCached,
               "{} of {} kernels are not in the cache, and compiling is ruled out: {}; compile them where it is not, for "
               "example by `abut cache warm`",
               missing.size(), ids.size(), names_of(missing));
}

KernelCache::KernelCache(const Device& device, KernelSources sources, CacheSystem system)
    : state_(std::make_unique<State>(device, std::move(sources), std::move(system))) {}

KernelCache::~KernelCache() = default;

std::vector<std::shared_ptr<const CompiledKernel>> KernelCache::get(std::span<const ops::KernelSpec> specs,
                                                                    const BuildOptions& options, BuildReport* report) {
    const auto documents = documents_of(specs, state_->sources);
    require_allowed(documents, state_->sources, state_->options);
    SpecsByDocument specs_by_document;
    for (std::size_t i = 0; i < specs.size(); ++i) specs_by_document.emplace(documents[i], &specs[i]);
    Progress progress{.options = options, .report = {}, .total = 0};
    std::vector<KernelPointer> kernels(documents.size());
    // Another round where the thread that was making a kernel gave up.
    while (std::ranges::find(kernels, nullptr) != kernels.end()) {
        const auto claims = state_->table.claim(documents);
        VariantIds ids;
        for (const auto& document : claims->keys())
            ids.push_back({.key = state_->sources.hash(document), .document = document});
        progress.total += static_cast<int>(ids.size());
        if (!ids.empty()) state_->make(ids, specs_by_document, progress);
        std::ranges::transform(documents, kernels.begin(),
                               [&](const std::string& document) { return state_->table.wait(document); });
    }
    if (report != nullptr) *report = progress.report;
    return kernels;
}

KernelCache& kernel_cache(const Device& device) {
    const auto cache = device.state().attached([&] { return std::make_shared<KernelCache>(device); });
    return *static_cast<KernelCache*>(cache.get());
}

}  // namespace abut::jit
