// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "abut/device.hpp"
#include "abut/device_profile.hpp"
#include "abut/plan.hpp"
#include "abut/program.hpp"
#include "abut/shape.hpp"
#include "cli/cache_options.hpp"
#include "cli/model_options.hpp"

/// The command line, parsed.
namespace abut::cli {

/// What all commands take.
struct CommonOptions {
    std::string device = "opencl:0";
    bool names_device = false;            ///< whether the command line does, so that it has to be there
    std::optional<KernelFamily> kernels;  ///< nothing: what the device is made for
    std::optional<int> threads;           ///< of a CPU device
    std::string cache;                    ///< a directory, "off", or empty for the user's own
    CacheMode cache_mode = CacheMode::Use;
    std::int64_t cache_limit_bytes = CacheOptions{}.limit_bytes;
    std::vector<std::string> cache_overlays{};  ///< directories that are only read
    RemoteCacheOptions cache_remote{};          ///< behind the directory
    bool json = false;
};

struct RunOptions {
    ModelOptions model;
    std::map<std::string, std::filesystem::path> inputs;
    std::optional<std::filesystem::path> output_directory;
    ConcatMode concat = ConcatMode::Slices;
    bool check = false;
    std::optional<std::int64_t> memory_limit_bytes{};  ///< of arena and workspace
    std::vector<ForcedRung> forced_rungs{};
    CostModelChoice cost_model = CostModelChoice::Stored;
    bool winograd = CompileOptions{}.winograd;
    int variant_budget = CompileOptions{}.variant_budget;
};

struct VerifyOptions {
    std::vector<std::filesystem::path> directories;
    ConcatMode concat = ConcatMode::Slices;
    double rtol = 1e-3;
    double atol = 1e-4;
    bool check = false;
    bool winograd = CompileOptions{}.winograd;
};

struct PlanOptions {
    ModelOptions model;
    std::optional<std::filesystem::path> html;         ///< gets a page that shows the plan
    std::optional<std::filesystem::path> annotated;    ///< gets the model with the plan as metadata
    bool support = false;                              ///< which nodes have kernels, instead of a plan
    std::optional<std::int64_t> memory_limit_bytes{};  ///< of arena and workspace
    std::vector<ForcedRung> forced_rungs{};
    CostModelChoice cost_model = CostModelChoice::Bytes;  ///< Bytes opens no device
};

struct BenchOptions {
    std::vector<ModelOptions> models;
    std::vector<ConcatMode> modes;
    std::vector<Execution> executions;
    int runs = 30;
    bool check = false;
    bool profile = false;
    bool winograd = CompileOptions{}.winograd;
    int variant_budget = CompileOptions{}.variant_budget;
    std::optional<std::filesystem::path> trace{};      ///< gets the tiles of one run, for Perfetto
    std::optional<std::int64_t> memory_limit_bytes{};  ///< of arena and workspace
    std::vector<ForcedRung> forced_rungs{};            ///< of the mode with slices
    CostModelChoice cost_model = CostModelChoice::Stored;
};

/// Calibrates the device, and plans models by what it found.
struct TuneOptions {
    std::vector<ModelOptions> models;
    bool keep_costs = false;  ///< the cost model stays as it is: only tiles and variants are measured
    bool collapse = true;     ///< classes of variants that never paid give way to generic ones
    bool tiles = true;        ///< those that are measured to be faster take the place of those that are estimated
};

struct ZooListOptions {};

struct ZooWriteOptions {
    std::string network;
    std::filesystem::path output;
    std::uint64_t seed = 0;
    std::int64_t batch = 1;
};

struct DevicesOptions {};

using CommandOptions =
    std::variant<RunOptions, VerifyOptions, PlanOptions, BenchOptions, TuneOptions, ZooListOptions, ZooWriteOptions,
                 DevicesOptions, CacheWarmOptions, CacheExportOptions, CacheImportOptions, CacheListOptions,
                 CacheShowOptions, CacheVerifyOptions, CacheExplainOptions, CacheLogOptions, CacheStatsOptions,
                 CacheQuarantineOptions, CachePinOptions, CacheUnpinOptions, CacheRemoveOptions, CachePruneOptions,
                 CacheDoctorOptions, CacheBanOptions, CacheBisectOptions>;

struct Options {
    CommonOptions common;
    CommandOptions command;
};

}  // namespace abut::cli
