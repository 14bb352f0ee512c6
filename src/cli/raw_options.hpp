// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/options.hpp"

namespace abut::cli {

/// Options as they stand on the command line, before they become an Options.
struct RawOptions {
    CommonOptions common;
    std::string model;
    std::vector<std::string> models;
    std::vector<std::string> shapes;
    std::vector<std::string> inputs;
    std::vector<std::filesystem::path> directories;
    std::filesystem::path output;
    std::string concat = "slices";
    std::string execution = "launches";
    bool check = false;
    std::optional<std::int64_t> memory_limit_bytes;
    std::vector<std::string> rungs;
    std::string cost_model;
    int threads = 0;
    std::string kernels;
    std::string cache_mode = "use";
    std::string cache_directory;
    int runs = BenchOptions{}.runs;
    double rtol = VerifyOptions{}.rtol;
    double atol = VerifyOptions{}.atol;
    ZooWriteOptions zoo;
    std::filesystem::path html;
    std::filesystem::path bundle;
    std::string arch;
    CacheListOptions cache_list;
    CacheShowOptions cache_show;
    std::vector<std::string> cache_subjects;
    CacheLogOptions cache_log;
    CachePruneOptions cache_prune;
    std::vector<std::string> where;
    bool dry_run = false;
    std::filesystem::path annotated;
    bool support = false;
    bool profile = false;
    bool winograd = CompileOptions{}.winograd;
    int variant_budget = CompileOptions{}.variant_budget;
    std::filesystem::path trace;
    bool keep_costs = false;
    bool collapse = TuneOptions{}.collapse;
    bool tiles = TuneOptions{}.tiles;
};

// What each command makes of them. All throw UsageError.
CommonOptions common_options(const RawOptions& raw);
RunOptions run_options(const RawOptions& raw);
VerifyOptions verify_options(const RawOptions& raw);
PlanOptions plan_options(const RawOptions& raw);
BenchOptions bench_options(const RawOptions& raw);
TuneOptions tune_options(const RawOptions& raw);
CacheWarmOptions warm_options(const RawOptions& raw);
CacheExplainOptions explain_options(const RawOptions& raw);
CacheUnpinOptions unpin_options(const RawOptions& raw);
CacheRemoveOptions remove_options(const RawOptions& raw);

}  // namespace abut::cli
