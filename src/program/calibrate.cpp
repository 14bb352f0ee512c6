// SPDX-License-Identifier: Apache-2.0
#include "abut/calibrate.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "core/required.hpp"
#include "device/backend.hpp"
#include "jit/cache_files.hpp"
#include "jit/kernel_cache.hpp"
#include "program/calibration_file.hpp"
#include "program/cost_probes.hpp"
#include "program/device_class.hpp"
#include "program/step_times.hpp"

namespace abut::inline v0 {
namespace {

void warn_of_calibration(const Device& device, const std::string& text) {
    if (const auto& log = device.options().log) log(LogLevel::Warning, text);
}

void keep(const Device& device, const CostModel& model) try {
    const auto directory = jit::cache_directory(device.options().cache);
    if (!directory || device.options().cache.mode != CacheMode::Use) return;
    const auto identity = programs::measured_identity(device);
    jit::prepare_directory(*directory);
    jit::publish_file(*directory, programs::calibration_file_name(identity), programs::encode_calibration(identity, model));
} catch (const Error& error) {
    warn_of_calibration(device, fmt::format("{}; the calibration is not kept", error.what()));
}

}  // namespace

CostModel calibrate(const Device& device) {
    const auto probes = programs::cost_probes(device.profile());
    const auto ns = programs::step_times_ns(probes.steps, device);
    const CostModel model = programs::fit_cost_model(programs::measurements_of(probes, ns));
    keep(device, model);
    return model;
}

std::optional<CostModel> stored_cost_model(const Device& device) try {
    constexpr std::size_t largest_bytes = 1 << 20;
    const auto directory = jit::cache_directory(device.options().cache);
    if (!directory) return std::nullopt;
    const auto identity = programs::measured_identity(device);
    const auto path = std::filesystem::path(*directory) / programs::calibration_file_name(identity);
    std::error_code error;
    if (!std::filesystem::exists(path, error)) return std::nullopt;
    auto model = programs::decode_calibration(jit::read_file(path.string(), largest_bytes), identity);
    if (!model) {
        warn_of_calibration(
            device,
            fmt::format(
                "calibration: '{}' is damaged or of another version; it is ignored until the device is calibrated again",
                path.string()));
    }
    return model;
} catch (const Error& error) {
    warn_of_calibration(device, fmt::format("{}; the calibration is ignored", error.what()));
    return std::nullopt;
}

}  // namespace abut::inline v0
