// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "jit/cache_system.hpp"

/// Small files of the cache's directory with what was measured on a class of device, named by its identity.
namespace abut::jit {

std::string device_file(const std::string& identity, const std::string& suffix);

/// Nothing where there is no such file, or it is not to be trusted: what was not measured changes nothing.
std::optional<std::vector<std::byte>> read_device_file(const std::string& directory, const std::string& name);

/// Replaces the file; removes it where there are no bytes. Throws IO.
void write_device_file(const std::string& directory, const std::string& name, std::span<const std::byte> bytes,
                       const CacheSystem& system = {});

}  // namespace abut::jit
