// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cli/load_model.hpp"
#include "cli/print.hpp"

namespace abut::cli {

enum class NodeStatus : std::uint8_t { Kernel, View, Constant, Unused, Unknown, Unsupported };

struct ReportedNode {
    std::string node;
    std::string operator_name;
    NodeStatus status = NodeStatus::Unused;
    std::string reason;
};

/// What each node of a model becomes; all that is unsupported, not only the first.
struct SupportReport {
    std::string model;
    std::vector<ReportedNode> nodes;  ///< in the model's order

    [[nodiscard]] bool is_supported() const;
};

/// Throws for models that are wrong in other ways than by unsupported nodes. No device is opened.
SupportReport support_report(const ModelOptions& options, Context& context);

Json support_json(const SupportReport& report);
std::string support_text(const SupportReport& report);

}  // namespace abut::cli
