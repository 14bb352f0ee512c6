// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <variant>

#include "abut/onnx.hpp"
#include "cli/commands.hpp"
#include "cli/load_model.hpp"
#include "cli/print.hpp"
#include "zoo/zoo.hpp"

namespace abut::cli {

namespace {

std::int64_t concat_count(const Graph& graph) {
    return std::ranges::count_if(graph.nodes(),
                                 [](const Node& node) { return std::holds_alternative<Concat>(node.operation); });
}

std::string arguments_text(const zoo::ZooEntry& entry) {
    std::string text;
    for (const zoo::ZooArgument& argument : entry.arguments) {
        text += fmt::format("{}{}={}", text.empty() ? "" : ",", argument.key, argument.value);
    }
    return text;
}

}  // namespace

int execute(const ZooListOptions&, Context& context) {
    Json json = json_report("zoo");
    json["networks"] = Json::array();
    std::vector<std::vector<std::string>> rows{{"network", "arguments", "what", "nodes", "concats", "parameters"}};
    for (const zoo::ZooEntry& entry : zoo::zoo_entries()) {
        const Graph graph = zoo::make_network(entry.name, {.draws_weights = false});
        const std::int64_t parameters = zoo::parameter_count(graph);
        Json network = Json::object();
        network["name"] = entry.name;
        network["nodes"] = graph.nodes().size();
        network["concats"] = concat_count(graph);
        network["parameters"] = parameters;
        network["description"] = entry.description;
        network["arguments"] = Json::object();
        for (const zoo::ZooArgument& argument : entry.arguments)
            network["arguments"][std::string(argument.key)] = argument.value;
        json["networks"].push_back(std::move(network));
        rows.push_back({std::string(entry.name), arguments_text(entry), std::string(entry.description),
                        grouped(static_cast<std::int64_t>(graph.nodes().size())), grouped(concat_count(graph)),
                        grouped(parameters)});
    }
    if (context.json()) {
        print_json(json);
    } else {
        print(table(rows, 3));
    }
    return exit_done;
}

int execute(const ZooWriteOptions& options, Context& context) {
    const Graph graph = make_network(options.network, {.seed = options.seed, .batch = options.batch});
    save_onnx(graph, options.output);
    if (!context.json()) return exit_done;
    Json json = json_report("zoo");
    json["network"] = options.network;
    json["file"] = options.output.string();
    print_json(json);
    return exit_done;
}

}  // namespace abut::cli
