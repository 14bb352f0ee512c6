// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <future>
#include <limits>
#include <set>

#include "cli/check_report.hpp"
#include "cli/commands.hpp"
#include "cli/cost_model.hpp"
#include "cli/load_model.hpp"
#include "cli/model_runner.hpp"
#include "cli/npy.hpp"
#include "cli/print.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "onnx/host_tensor.hpp"
#include "onnx/publish_file.hpp"
#include "onnx/with_name.hpp"

namespace abut::cli {

namespace {

namespace fs = std::filesystem;

/// An output as it is reported.
struct Result {
    std::string name;
    HostTensor tensor;
    std::string file;  ///< empty where none is written
};

// NAME.npy without what file names and shells take amiss. Names that become equal get a number.
std::string file_name(const std::string& name, std::set<std::string>& taken) {
    std::string base;
    for (const char character : name) {
        const bool plain = (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
                           (character >= '0' && character <= '9') || character == '_' || character == '.' ||
                           character == '-';
        base += plain ? character : '_';
    }
    std::string candidate = base;
    for (int copy = 2; !taken.insert(candidate).second; ++copy) candidate = fmt::format("{}_{}", base, copy);
    return candidate + ".npy";
}

[[noreturn]] void fail_directory(const fs::path& directory, std::string_view what) {
    core::fail(ErrorCode::IO, "--output-dir {}: {}", core::printable(directory.string()), what);
}

// Known before anything is computed; the directory itself is made once there is something to write.
void check_directory(const fs::path& directory) {
    std::error_code error;
    fs::path existing = fs::absolute(directory, error);
    while (!fs::exists(existing, error) && existing.has_relative_path()) existing = existing.parent_path();
    if (!fs::is_directory(existing, error))
        fail_directory(directory, fmt::format("'{}' is no directory", core::printable(existing.string())));
}

void make_directory(const fs::path& directory) {
    std::error_code error;
    fs::create_directories(directory, error);
    if (error) fail_directory(directory, error.message());
}

struct Computed {
    std::vector<Result> results;
    std::optional<programs::CheckReport> check;
    CostModel cost_model;
};

Computed compute(const RunOptions& options, Graph graph, const InputValues& values, const Device& device) {
    return onnx::with_name(core::printable(options.model.model), [&] {
        ModelRunner runner(std::move(graph), device,
                           {.concat = options.concat,
                            .memory_limit_bytes = options.memory_limit_bytes,
                            .forced_rungs = options.forced_rungs,
                            .cost_model = cost_model_of(options.cost_model, device),
                            .winograd = options.winograd,
                            .variant_budget = options.variant_budget,
                            .label = options.model.model},
                           values);
        Computed computed{.results = {}, .check = {}, .cost_model = runner.program().cost_model()};
        if (options.check) computed.check = runner.check();
        runner.run();
        const auto& outputs = runner.program().outputs();
        for (std::size_t i = 0; i < outputs.size(); ++i)
            computed.results.push_back({.name = outputs[i].name, .tensor = runner.output(i), .file = {}});
        return computed;
    });
}

void write_files(const fs::path& directory, std::vector<Result>& results) {
    make_directory(directory);
    std::set<std::string> taken;
    for (Result& result : results) result.file = (directory / file_name(result.name, taken)).string();
    std::vector<onnx::NewFile> files;
    for (const Result& result : results) files.push_back({result.file, format_npy(result.tensor)});
    onnx::publish_files(files);
}

struct Range {
    double smallest = std::numeric_limits<double>::infinity();
    double largest = -std::numeric_limits<double>::infinity();
    double mean = 0;
};

Range range_of(const HostTensor& tensor) {
    Range range;
    const auto elements = onnx::converted<float>(tensor);
    double sum = 0;
    for (const float element : elements) {
        const auto value = static_cast<double>(element);
        range.smallest = std::min(range.smallest, value);
        range.largest = std::max(range.largest, value);
        sum += value;
    }
    range.mean = elements.empty() ? 0 : sum / static_cast<double>(elements.size());
    return range;
}

void report_json(const RunOptions& options, const Device& device, const Computed& computed) {
    Json json = json_report("run");
    json["model"] = options.model.model;
    json["device"] = device.profile().name;
    json["concat"] = options.concat == ConcatMode::Slices ? "slices" : "copies";
    json["cost_model"] = cost_model_name(computed.cost_model);
    if (computed.check) json["check"] = check_json(*computed.check);
    json["outputs"] = Json::array();
    for (const Result& result : computed.results) {
        Json output = Json::object();
        output["name"] = result.name;
        output["dtype"] = to_string(result.tensor.dtype);
        output["shape"] = std::vector<std::int64_t>(result.tensor.shape.begin(), result.tensor.shape.end());
        if (!result.file.empty()) output["file"] = result.file;
        json["outputs"].push_back(std::move(output));
    }
    print_json(json);
}

void report_table(const Computed& computed) {
    std::vector<std::vector<std::string>> rows{{"output", "shape", "smallest", "largest", "mean", "file"}};
    for (const Result& result : computed.results) {
        const Range range = range_of(result.tensor);
        rows.push_back({core::printable(result.name), to_string(result.tensor.shape), fmt::format("{:.6g}", range.smallest),
                        fmt::format("{:.6g}", range.largest), fmt::format("{:.6g}", range.mean), result.file});
    }
    print(table(rows, 2));
    if (computed.check) print(check_line(check_json(*computed.check)));
}

}  // namespace

int execute(const RunOptions& options, Context& context) {
    const InputValues values = read_inputs(options.inputs);
    // A driver takes about as long to load as a model. What is wrong with the model is said first.
    auto opening = std::async(std::launch::async, [&] {
        constexpr bool store_in_background = true;  // the result doesn't wait for it
        return context.open_device(store_in_background);
    });
    Graph graph = load_model(options.model, values, context);
    if (options.output_directory) check_directory(*options.output_directory);
    const Device device = opening.get();
    Computed computed = compute(options, std::move(graph), values, device);
    if (options.output_directory) write_files(*options.output_directory, computed.results);
    if (context.json()) {
        report_json(options, device, computed);
    } else {
        report_table(computed);
    }
    return exit_done;
}

}  // namespace abut::cli
