// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "abut/plan.hpp"
#include "abut/program.hpp"
#include "cli/model_options.hpp"

/// The command line of `abut cache`, parsed.
namespace abut::cli {

struct CacheWarmOptions {
    ModelOptions model;
    std::vector<ConcatMode> modes;
    std::optional<std::int64_t> memory_limit_bytes{};  ///< of arena and workspace
    std::vector<ForcedRung> forced_rungs{};            ///< of the mode with slices
    CostModelChoice cost_model = CostModelChoice::Stored;
    bool winograd = CompileOptions{}.winograd;
    int variant_budget = CompileOptions{}.variant_budget;
};

struct CacheExportOptions {
    std::filesystem::path file;
};

struct CacheImportOptions {
    std::filesystem::path file;
};

struct CacheListOptions {
    std::string kernel;                           ///< only programs with such a kernel; empty: all
    std::string device;                           ///< only those whose device's name has this in it
    std::optional<std::int64_t> older_seconds{};  ///< only those not used for so long
    bool pinned = false;                          ///< only those
    std::string sort = "key";
    bool variants = false;  ///< a row a variant, not a program
    std::string benefit{};  ///< only programs with a variant that is so: paid, unpaid or none; empty: all
};

struct CacheShowOptions {
    std::string key;  ///< of an entry or of a variant, or how it begins
    bool source = false;
    bool machine_code = false;
};

struct CacheVerifyOptions {};

struct CacheLogOptions {
    std::optional<std::int64_t> since_seconds{};  ///< only what happened so lately
    std::string event;                            ///< only such events; empty: all
};

struct CacheStatsOptions {};

struct CacheQuarantineOptions {};

struct CachePinOptions {
    CacheWarmOptions model;
};

struct CacheUnpinOptions {
    std::optional<CacheWarmOptions> model{};  ///< nothing: all that is pinned
};

struct FieldCondition {
    std::string field;
    std::string value;
};

struct CacheRemoveOptions {
    std::vector<FieldCondition> where;  ///< all of them have to hold
    bool dry_run = false;
};

struct CachePruneOptions {
    std::optional<std::int64_t> older_seconds{};  ///< what was not used for so long goes as well
    bool dry_run = false;
};

struct CacheDoctorOptions {};

struct CacheBanOptions {
    std::string key;     ///< of a variant, or how it begins
    bool banned = true;  ///< false: take that back
};

struct CacheBisectOptions {
    CacheWarmOptions model;
    double rtol = 1e-3;
    double atol = 1e-4;
};

struct CacheExplainOptions {
    std::vector<std::string> subjects;  ///< a model, a key, or two keys
    CacheWarmOptions wanted;            ///< how that model is compiled
};

}  // namespace abut::cli
