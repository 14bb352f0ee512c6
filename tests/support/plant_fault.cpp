// SPDX-License-Identifier: Apache-2.0
#include "support/plant_fault.hpp"

#include <stdexcept>
#include <string_view>
#include <vector>

#include "device/backend.hpp"
#include "jit/cache_files.hpp"
#include "jit/entry_file.hpp"

namespace abut::test {
namespace {

/// Changes the text of the first kernel that has `fault.from`; its entry point, or nothing.
std::string change_kernel(std::string& source, const PlantedFault& fault) {
    const std::string head = "\"generated (";
    for (auto begin = source.find(head + fault.stem + "_"); begin != std::string::npos;
         begin = source.find(head + fault.stem + "_", begin + 1)) {
        const auto end = std::min(source.find(head, begin + 1), source.size());
        const auto place = source.find(fault.from, begin);
        if (place >= end) continue;
        source.replace(place, fault.from.size(), fault.to);
        const auto name = begin + head.size();
        return source.substr(name, source.find(')', name) - name);
    }
    return {};
}

}  // namespace

std::string plant_fault(const std::string& directory, const Device& device, const PlantedFault& fault) {
    for (const auto& file : jit::list_files(directory, jit::entry_suffix)) {
        auto entry = jit::read_sound_entry(directory, file);
        if (!entry) continue;
        auto source = entry->source;
        const auto kernel = change_kernel(source, fault);
        if (kernel.empty()) continue;
        std::vector<std::string> names;
        for (const auto& each : entry->outline.kernels) names.push_back(each.name);
        entry->binary = device.backend()->build(source, names, {})->binary();
        jit::publish_file(directory, file, jit::encode_entry(*entry));
        return kernel;
    }
    throw std::runtime_error("no kernel " + fault.stem + " in " + directory + " has '" + fault.from + "'");
}

}  // namespace abut::test
