// SPDX-License-Identifier: Apache-2.0
#include "zoo/zoo.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>

#include "abut/error.hpp"
#include "zoo/families.hpp"

namespace abut::zoo {
namespace {

constexpr ZooArgument batch_argument{"batch", 1, 1, 4096, "images a run"};
constexpr std::int64_t largest_seed = INT64_MAX;
constexpr ZooArgument seed_argument{"seed", 0, 0, largest_seed, "of the weights"};

std::vector<Recipe> all_recipes() {
    std::vector<Recipe> recipes;
    for (const auto family : {densenet_recipes(), googlenet_recipes(), inception_v3_recipes(), inception_v4_recipes(),
                              squeezenet_recipes(), shufflenet_recipes(), vovnet_recipes(), peleenet_recipes(),
                              nasnet_recipes(), dla_recipes(), hrnet_recipes(), unet_recipes(), unetpp_recipes(),
                              deeplab_recipes(), fpn_recipes(), yolov8_recipes(), rrdb_recipes(), decoder_recipes()}) {
        recipes.insert(recipes.end(), family.begin(), family.end());
    }
    return recipes;
}

const std::vector<Recipe>& recipes() {
    static const std::vector<Recipe> all = all_recipes();
    return all;
}

const Recipe& find_recipe(std::string_view name) {
    const auto& known = recipes();
    const auto found = std::ranges::find(known, name, [](const Recipe& recipe) { return recipe.entry.name; });
    if (found != known.end()) return *found;
    std::vector<std::string_view> names;
    for (const Recipe& recipe : known) names.push_back(recipe.entry.name);
    throw Error(ErrorCode::InvalidArgument,
                fmt::format("zoo:{}: no such network; expected one of {}", name, fmt::join(names, ", ")));
}

const ZooArgument& find_argument(const ZooEntry& entry, std::string_view key) {
    if (key == batch_argument.key) return batch_argument;
    if (key == seed_argument.key) return seed_argument;
    const auto found = std::ranges::find(entry.arguments, key, &ZooArgument::key);
    if (found != entry.arguments.end()) return *found;
    std::vector<std::string_view> keys;
    for (const ZooArgument& argument : entry.arguments) keys.push_back(argument.key);
    throw Error(ErrorCode::InvalidArgument, fmt::format("zoo:{}: no argument '{}'; expected one of {}, batch, seed",
                                                        entry.name, key, fmt::join(keys, ", ")));
}

bool is_learned(std::string_view name) {
    return name.ends_with(".weight") || name.ends_with(".bias");
}

}  // namespace

std::span<const ZooEntry> zoo_entries() {
    static const std::vector<ZooEntry> entries = [] {
        std::vector<ZooEntry> result;
        for (const Recipe& recipe : recipes()) result.push_back(recipe.entry);
        return result;
    }();
    return entries;
}

Graph make_network(std::string_view text, const ZooOptions& options) {
    const NetworkText parsed = parse_network_text(text);
    const Recipe& recipe = find_recipe(parsed.name);
    Arguments arguments(recipe.entry.arguments);
    ZooOptions settled = options;
    for (const auto& [key, value] : parsed.values) {
        check_range(recipe.entry, find_argument(recipe.entry, key), value);
        if (key == batch_argument.key) settled.batch = value;
        if (key == seed_argument.key) settled.seed = static_cast<std::uint64_t>(value);
        arguments.set(key, value);
    }
    check_range(recipe.entry, batch_argument, settled.batch);
    try {
        return recipe.build(arguments, settled);
    } catch (const Error& error) {
        if (std::string_view(error.what()).starts_with("zoo:")) throw;
        throw Error(error.code(), fmt::format("zoo:{}: it can't have these extents: {}", text, error.what()));
    }
}

std::int64_t parameter_count(const Graph& graph) {
    std::vector<bool> is_counted(graph.values().size(), false);
    std::int64_t count = 0;
    for (const Node& node : graph.nodes()) {
        for (const ValueId input : node.inputs) {
            const Value& value = graph.value(input);
            auto counted = is_counted.begin() + input.index;
            if (!value.is_constant() || *counted || !is_learned(value.name)) continue;
            *counted = true;
            count += element_count(value.shape);
        }
    }
    return count;
}

}  // namespace abut::zoo
