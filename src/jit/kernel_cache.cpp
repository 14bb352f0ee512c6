// SPDX-License-Identifier: Apache-2.0
#include "jit/kernel_cache.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "core/environment.hpp"
#include "core/fail.hpp"
#include "device/device_state.hpp"
#include "jit/build_program.hpp"
#include "jit/disk_cache.hpp"
#include "jit/kernel_table.hpp"

namespace abut::jit {
namespace {

using Clock = std::chrono::steady_clock;
/// One spec of each key.
using SpecsByKey = std::map<std::string, ops::KernelSpec>;

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

}  // namespace

struct KernelCache::State {
    State(const Device& device, KernelSources kernel_sources)
        : backend(device.backend()),
          sources(std::move(kernel_sources)),
          disk(cache_directory(device.options().cache), device.backend()->identity(), device.options().log) {}

    void make(const std::vector<std::string>& keys, const SpecsByKey& specs, Progress& progress);
    void load(const std::vector<std::string>& keys, Progress& progress);
    void build(std::span<const ops::KernelSpec> specs, Progress& progress);
    bool load_entry_with(const std::string& key);
    void provide(const std::shared_ptr<device::Module>& module, const std::vector<StoredKernel>& kernels);
    std::vector<std::byte> binary_to_store(const device::Module& module);

    std::shared_ptr<device::Backend> backend;
    KernelSources sources;
    KernelTable table;
    std::mutex disk_mutex;
    DiskCache disk;
};

void KernelCache::State::provide(const std::shared_ptr<device::Module>& module, const std::vector<StoredKernel>& kernels) {
    for (const auto& kernel : kernels) {
        table.provide(kernel.key, std::make_shared<const CompiledKernel>(CompiledKernel{
                                      .module = module, .name = kernel.name, .parameters = kernel.parameters}));
    }
}

std::vector<std::byte> KernelCache::State::binary_to_store(const device::Module& module) {
    {
        const std::scoped_lock lock(disk_mutex);
        if (!disk.has_directory()) return {};
    }
    // PoCL generates every kernel's code once more for its binary.
    return module.binary();
}

bool KernelCache::State::load_entry_with(const std::string& key) {
    while (true) {
        std::unique_lock lock(disk_mutex);
        const auto found = disk.find(key);
        if (!found) return false;
        lock.unlock();
        try {
            provide(backend->load(found->entry.binary), found->entry.header.kernels);
            return true;
        } catch (const Error& error) {
            lock.lock();
            disk.reject(found->file, error.what());
        }
    }
}

void KernelCache::State::load(const std::vector<std::string>& keys, Progress& progress) {
    const auto start = Clock::now();
    for (const auto& key : keys) {
        progress.show(progress.report.loaded, false);
        if (table.has(key) || load_entry_with(key)) ++progress.report.loaded;
    }
    progress.report.load_ms += milliseconds_since(start);
}

void KernelCache::State::build(std::span<const ops::KernelSpec> specs, Progress& progress) {
    const auto start = Clock::now();
    const auto before = progress.report.loaded + progress.report.compiled;
    progress.show(before, true);
    const auto generated = [&](int done) { progress.show(before + done, true); };
    const auto program = build_program(*backend, specs, sources, generated);
    const auto binary = binary_to_store(*program.module);
    provide(program.module, program.kernels);
    const std::scoped_lock lock(disk_mutex);
    disk.store(program.kernels, binary);
    progress.report.compiled += static_cast<int>(specs.size());
    progress.report.compile_ms += milliseconds_since(start);
}

void KernelCache::State::make(const std::vector<std::string>& keys, const SpecsByKey& specs, Progress& progress) {
    load(keys, progress);
    std::map<std::string, std::vector<ops::KernelSpec>> missing_of_family;
    for (const auto& key : keys) {
        const auto& spec = specs.at(key);
        if (!table.has(key)) missing_of_family[spec.family].push_back(spec);
    }
    for (const auto& [family, missing] : missing_of_family) build(missing, progress);
}

KernelCache::KernelCache(const Device& device, KernelSources sources)
    : state_(std::make_unique<State>(device, std::move(sources))) {}

KernelCache::~KernelCache() = default;

std::vector<std::shared_ptr<const CompiledKernel>> KernelCache::get(std::span<const ops::KernelSpec> specs,
                                                                    const BuildOptions& options, BuildReport* report) {
    std::vector<std::string> keys;
    SpecsByKey specs_by_key;
    for (const auto& spec : specs) {
        keys.push_back(variant_key(spec, state_->sources));
        specs_by_key.emplace(keys.back(), spec);
    }
    Progress progress{.options = options, .report = {}, .total = 0};
    std::vector<KernelPointer> kernels(keys.size());
    // Another round where the thread that was making a kernel gave up.
    while (std::ranges::find(kernels, nullptr) != kernels.end()) {
        const auto claims = state_->table.claim(keys);
        progress.total += static_cast<int>(claims->keys().size());
        if (!claims->keys().empty()) state_->make(claims->keys(), specs_by_key, progress);
        std::ranges::transform(keys, kernels.begin(), [&](const std::string& key) { return state_->table.wait(key); });
    }
    if (report != nullptr) *report = progress.report;
    return kernels;
}

std::optional<std::string> cache_directory(const CacheOptions& options) {
    if (!options.directory) return core::read_environment().cache_directory;
    if (options.directory->empty()) return std::nullopt;
    return options.directory;
}

KernelCache& kernel_cache(const Device& device) {
    const auto cache = device.state().attached([&] { return std::make_shared<KernelCache>(device); });
    return *static_cast<KernelCache*>(cache.get());
}

}  // namespace abut::jit
