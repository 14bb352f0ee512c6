// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cli/context.hpp"
#include "cli/options.hpp"

/// One function a command: prints its result on stdout and returns the exit code. Failures are exceptions.
namespace abut::cli {

inline constexpr int exit_done = 0;
inline constexpr int exit_findings = 1;  ///< also for failures other than the two below
inline constexpr int exit_usage = 2;
inline constexpr int exit_io = 3;

int execute(const RunOptions& options, Context& context);
int execute(const VerifyOptions& options, Context& context);
int execute(const PlanOptions& options, Context& context);
int execute(const BenchOptions& options, Context& context);
int execute(const TuneOptions& options, Context& context);
int execute(const ZooListOptions& options, Context& context);
int execute(const ZooWriteOptions& options, Context& context);
int execute(const DevicesOptions& options, Context& context);
int execute(const CacheWarmOptions& options, Context& context);
int execute(const CacheExportOptions& options, Context& context);
int execute(const CacheImportOptions& options, Context& context);
int execute(const CacheListOptions& options, Context& context);
int execute(const CacheShowOptions& options, Context& context);
int execute(const CacheVerifyOptions& options, Context& context);
int execute(const CacheExplainOptions& options, Context& context);
int execute(const CacheLogOptions& options, Context& context);
int execute(const CacheStatsOptions& options, Context& context);
int execute(const CacheQuarantineOptions& options, Context& context);
int execute(const CachePinOptions& options, Context& context);
int execute(const CacheUnpinOptions& options, Context& context);
int execute(const CacheRemoveOptions& options, Context& context);
int execute(const CachePruneOptions& options, Context& context);
int execute(const CacheDoctorOptions& options, Context& context);
int execute(const CacheBanOptions& options, Context& context);
int execute(const CacheBisectOptions& options, Context& context);

}  // namespace abut::cli
