// SPDX-License-Identifier: Apache-2.0
#include "cli/context.hpp"

#include "abut/error.hpp"
#include "cli/usage_error.hpp"
#include "core/environment.hpp"
#include "jit/kernel_cache.hpp"

namespace abut::cli {

namespace {

CacheOptions cache_options(const CommonOptions& common, bool store_in_background) {
    CacheOptions options{.directory = std::nullopt,
                         .mode = common.cache_mode,
                         .limit_bytes = common.cache_limit_bytes,
                         .overlays = common.cache_overlays,
                         .store_in_background = store_in_background,
                         .remote = common.cache_remote};
    if (!common.cache.empty()) options.directory = common.cache == "off" ? std::string() : common.cache;
    return options;
}

/// With the cache of kernels opened too where options of it may be wrong: its server's.
Device open(const std::string& selector, const DeviceOptions& options) {
    try {
        Device device = Device::open(selector, options);
        if (!options.cache.remote.url.empty()) static_cast<void>(jit::kernel_cache(device));
        return device;
    } catch (const Error& error) {
        if (error.code() == ErrorCode::InvalidArgument) throw UsageError(error.what());
        throw;
    }
}

}  // namespace

Context::Context(CommonOptions options) : options_(std::move(options)) {
    if (options_.threads) core::limit_driver_threads(*options_.threads);
}

Device Context::open_device(bool store_in_background) const {
    const auto log = [notes = notes_](LogLevel, std::string_view text) { notes->add(std::string(text)); };
    Device device = open(options_.device,
                         {.log = log, .cache = cache_options(options_, store_in_background), .kernels = options_.kernels});
    if (options_.threads && device.profile().is_cpu && device.profile().compute_units > *options_.threads) {
        note(fmt::format("{} uses {} threads; it can't be limited to {}", device.profile().name,
                         device.profile().compute_units, *options_.threads));
    }
    return device;
}

std::string Context::cache_directory() const {
    const auto directory = options_.cache.empty() ? core::read_environment().cache_directory : options_.cache;
    if (!directory || directory == "off")
        fail_usage("this is about the directory of compiled kernels: expected --cache DIR");
    return *directory;
}

}  // namespace abut::cli
