// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "abut/device.hpp"
#include "device/backend.hpp"
#include "jit/cache_system.hpp"
#include "jit/disk_cache.hpp"
#include "jit/generate_source.hpp"
#include "ops/kernel_spec.hpp"

namespace abut::jit {

/// A variant that is ready to launch.
struct CompiledKernel {
    std::shared_ptr<device::Module> module;
    std::string name;                                 ///< entry point in the module
    std::vector<device::KernelParameter> parameters;  ///< as reflected from the source that was built
};

struct BuildProgress {
    int done = 0;
    int total = 0;
    bool compiling = false;
};

struct BuildOptions {
    std::function<void(const BuildProgress&)> progress{};
    std::stop_token stop{};
    std::string label{};  ///< of the model, for the cache's event log
};

struct BuildReport {
    int compiled = 0;
    int loaded = 0;
    double compile_ms = 0;
    double load_ms = 0;
};

/// All variants that this process has built or loaded for one device, and where they are kept: a directory, and a server
/// where there is one. Thread-safe: of two threads that ask for one variant, one builds it and both get it.
class KernelCache {
public:
    /// Keeps the device's backend and options, not the device.
    explicit KernelCache(const Device& device, KernelSources sources = kernel_source, CacheSystem system = {});
    ~KernelCache();
    KernelCache(const KernelCache&) = delete;
    KernelCache& operator=(const KernelCache&) = delete;

    /// One kernel a spec, in the order of `specs` (which may repeat). What is missing is built as one program a family.
    /// Throws NotCached where the options rule that out, with the names of what is missing, and Unsupported for a variant
    /// that is banned.
    std::vector<std::shared_ptr<const CompiledKernel>> get(std::span<const ops::KernelSpec> specs,
                                                           const BuildOptions& options = {}, BuildReport* report = nullptr);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The cache that all copies of `device` share; lives as long as they do.
KernelCache& kernel_cache(const Device& device);

}  // namespace abut::jit
