// SPDX-License-Identifier: Apache-2.0
// usage: abut_planning_times FAMILY NODES [SECONDS]
// Plans one graph of a family over and over for about SECONDS (default 1), three times at least, and prints a line of JSON.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <vector>

#include "abut/plan.hpp"
#include "planning_families.hpp"

namespace {

using namespace abut;
using Clock = std::chrono::steady_clock;

double milliseconds_since(Clock::time_point start) {
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

int measure(const bench::Family& family, int nodes, double seconds) {
    const Graph graph = family.make(nodes);
    std::size_t operands = 0;
    for (const auto& node : graph.nodes()) operands += node.inputs.size();
    std::vector<double> times;
    std::size_t steps = 0;
    for (const auto begin = Clock::now(); times.size() < 3 || milliseconds_since(begin) < seconds * 1e3;) {
        const auto start = Clock::now();
        steps = plan(graph).steps.size();
        times.push_back(milliseconds_since(start));
    }
    std::ranges::sort(times);
    std::printf(
        R"({"family": "%s", "nodes": %zu, "operands": %zu, "steps": %zu, "runs": %zu, "median_ms": %.4f, "min_ms": %.4f})"
        "\n",
        family.name, graph.nodes().size(), operands, steps, times.size(), times[times.size() / 2], times.front());
    return 0;
}

}  // namespace

int main(int count, char** arguments) try {
    const std::string_view wanted = count > 1 ? arguments[1] : "";
    const auto families = bench::families();
    const auto family = std::ranges::find_if(families, [&](const auto& other) { return other.name == wanted; });
    const int nodes = count > 2 ? std::atoi(arguments[2]) : 0;
    if (family == families.end() || nodes <= 0) {
        std::fputs("usage: abut_planning_times FAMILY NODES [SECONDS]\nfamilies:", stderr);
        for (const auto& known : families) std::fprintf(stderr, " %s", known.name);
        std::fputs("\n", stderr);
        return 2;
    }
    return measure(*family, nodes, count > 3 ? std::atof(arguments[3]) : 1.0);
} catch (const std::exception& error) {
    std::fprintf(stderr, "abut_planning_times: %s\n", error.what());
    return 1;
}
