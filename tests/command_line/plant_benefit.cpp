// SPDX-License-Identifier: Apache-2.0
// usage: abut_plant_benefit DIRECTORY VARIANT BENEFIT NOISE SAMPLES DEVICE
// Notes beside the programs of a cache what a variant gained on a class of device, as `abut tune` would; prints how many
// variants are noted.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <exception>

#include "jit/cache_list.hpp"
#include "jit/key_document.hpp"

namespace {

std::size_t plant(const std::string& directory, const std::string& variant, abut::jit::MeasuredBenefit benefit) {
    std::size_t noted = 0;
    for (const auto& entry : abut::jit::list_entries(directory)) {
        for (const auto& kernel : entry.outline.kernels) {
            if (kernel.key != variant) continue;
            benefit.document = kernel.document;
            noted = abut::jit::note_benefits(directory, entry.outline.identity, {&benefit, 1});
        }
    }
    return noted;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 7) {
        std::fputs("usage: abut_plant_benefit DIRECTORY VARIANT BENEFIT NOISE SAMPLES DEVICE\n", stderr);
        return 2;
    }
    try {
        abut::jit::MeasuredBenefit benefit{.benefit = std::atof(arguments[3]),
                                           .noise = std::atof(arguments[4]),
                                           .samples = std::atoll(arguments[5]),
                                           .measured = std::time(nullptr)};
        abut::jit::add_field("name", arguments[6], benefit.device_class);
        abut::jit::add_field("units", "8", benefit.device_class);
        std::printf("%zu\n", plant(arguments[1], arguments[2], benefit));
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s\n", error.what());
        return 1;
    }
    return 0;
}
