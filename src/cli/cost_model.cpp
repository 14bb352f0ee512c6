// SPDX-License-Identifier: Apache-2.0
#include "cli/cost_model.hpp"

#include "abut/calibrate.hpp"
#include "core/fail.hpp"

namespace abut::cli {

namespace {

Json rates_json(const TransferCost& cost) {
    return {{"cached_ns", cost.cached_ns}, {"memory_ns", cost.memory_ns}};
}

}  // namespace

std::optional<CostModel> cost_model_of(CostModelChoice choice, const Device& device) {
    if (choice == CostModelChoice::Bytes) return CostModel{};
    if (choice == CostModelChoice::Stored) return std::nullopt;
    auto stored = stored_cost_model(device);
    if (stored) return stored;
    core::fail(ErrorCode::Unsupported,
               "--cost-model calibrated: {} is not calibrated in this cache; `abut tune --device {}` does it",
               device.profile().name, device.profile().selector);
}

std::string cost_model_name(const CostModel& model) {
    return model == CostModel{} ? "bytes" : "calibrated";
}

Json cost_model_json(const CostModel& model) {
    Json json = Json::object();
    json["launch_ns"] = model.launch_ns;
    json["cached_bytes"] = model.cached_bytes;
    json["copy"] = rates_json(model.copy);
    json["second_store"] = rates_json(model.second_store);
    json["segment_ns"] = model.segment_ns;
    json["segment_row_ns"] = model.segment_row_ns;
    json["factor_below_64_bytes"] = model.factor_below_64_bytes;
    json["factor_below_16_bytes"] = model.factor_below_16_bytes;
    return json;
}

}  // namespace abut::cli
