// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/print.hpp"

namespace abut::cli {

int execute(const DevicesOptions&, Context& context) {
    Json json = json_report("devices");
    json["devices"] = Json::array();
    std::vector<std::vector<std::string>> rows{{"device", "name", "units", "memory, MiB", "address alignment"}};
    for (const DeviceProfile& profile : list_devices()) {
        Json device = Json::object();
        device["selector"] = profile.selector;
        device["name"] = profile.name;
        device["cpu"] = profile.is_cpu;
        device["compute_units"] = profile.compute_units;
        device["memory_bytes"] = profile.memory_bytes;
        device["max_allocation_bytes"] = profile.max_allocation_bytes;
        device["buffer_alignment_bytes"] = profile.buffer_alignment_bytes;
        json["devices"].push_back(std::move(device));
        rows.push_back({profile.selector, profile.name, fmt::format("{}", profile.compute_units),
                        grouped(profile.memory_bytes >> 20), fmt::format("{}", profile.buffer_alignment_bytes)});
    }
    if (context.json()) {
        print_json(json);
    } else {
        print(rows.size() > 1 ? table(rows, 2)
                              : "no OpenCL device is here, nor one of CUDA; Debian's pocl-opencl-icd is one for CPUs");
    }
    return exit_done;
}

}  // namespace abut::cli
