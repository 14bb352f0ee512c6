// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "cli/check_report.hpp"
#include "cli/commands.hpp"
#include "cli/load_model.hpp"
#include "cli/model_runner.hpp"
#include "cli/print.hpp"
#include "cli/test_case.hpp"
#include "core/fail.hpp"
#include "core/printable.hpp"
#include "core/tolerance.hpp"
#include "onnx/host_tensor.hpp"

namespace abut::cli {

namespace {

/// The largest differences between what was found and what was expected, and the first that is too large.
struct Comparison {
    double max_abs = 0;
    double max_rel = 0;
    std::string wrong;
};

struct CaseResult {
    std::string name;
    std::string status;  ///< pass, wrong, unsupported or error
    Comparison comparison;
    std::optional<programs::CheckReport> check;  ///< of the last data set
    std::string message;
};

constexpr double largest = std::numeric_limits<double>::max();  // JSON has no infinity

void compare_element(double found, double expected, const VerifyOptions& options, const std::string& where,
                     Comparison& comparison) {
    if (found == expected || (std::isnan(found) && std::isnan(expected))) return;
    const double distance = std::abs(found - expected);
    const bool passes = core::is_close(found, expected, {.relative = options.rtol, .absolute = options.atol});
    comparison.max_abs = std::max(comparison.max_abs, std::isfinite(distance) ? distance : largest);
    const double relative = distance / std::abs(expected);
    if (expected != 0) comparison.max_rel = std::max(comparison.max_rel, std::isfinite(relative) ? relative : largest);
    if (!passes && comparison.wrong.empty())
        comparison.wrong = fmt::format("{} is {:.9g}, expected {:.9g}", where, found, expected);
}

void compare(const HostTensor& found, const HostTensor& expected, const std::string& name, const VerifyOptions& options,
             Comparison& comparison) {
    if (found.shape != expected.shape) {
        comparison.max_abs = comparison.max_rel = largest;
        comparison.wrong =
            fmt::format("output '{}' has shape {}, expected {}", name, to_string(found.shape), to_string(expected.shape));
        return;
    }
    const auto found_elements = onnx::converted<float>(found);
    const auto expected_elements = onnx::converted<float>(expected);
    for (std::size_t i = 0; i < found_elements.size(); ++i) {
        const std::string where =
            comparison.wrong.empty() ? fmt::format("element {} of output '{}'", i, name) : std::string();
        compare_element(static_cast<double>(found_elements[i]), static_cast<double>(expected_elements[i]), options, where,
                        comparison);
    }
}

InputValues named(const std::filesystem::path& model, const std::vector<HostTensor>& inputs) {
    const auto declared = onnx_inputs(model);
    core::require(inputs.size() <= declared.size(), "{} inputs are given, but the model has {}", inputs.size(),
                  declared.size());
    InputValues values;
    for (std::size_t i = 0; i < inputs.size(); ++i) values[declared[i].name] = inputs[i];
    return values;
}

void verify_data_set(const TestCase& test_case, const std::filesystem::path& directory, const VerifyOptions& options,
                     const Device& device, Context& context, CaseResult& result) {
    const DataSet data = read_data_set(directory);
    const InputValues values = named(test_case.model, data.inputs);
    Graph graph = load_model({.model = test_case.model.string(), .shapes = {}}, values, context);
    core::require(graph.outputs().size() == data.outputs.size(), "the model has {} outputs, but {} are expected",
                  graph.outputs().size(), data.outputs.size());
    ModelRunner runner(std::move(graph), device,
                       {.concat = options.concat, .winograd = options.winograd, .label = test_case.model.string()}, values);
    if (options.check) result.check = runner.check();
    runner.run();
    for (std::size_t i = 0; i < data.outputs.size(); ++i) {
        compare(runner.output(i), data.outputs[i], core::printable(runner.program().outputs()[i].name), options,
                result.comparison);
    }
}

CaseResult verify(const TestCase& test_case, const VerifyOptions& options, const Device& device, Context& context) {
    CaseResult result{.name = test_case.name, .status = "pass", .comparison = {}, .check = {}, .message = {}};
    try {
        if (test_case.data_sets.empty())
            core::fail(ErrorCode::IO, "{}: there is no test_data_set_0 beside it", test_case.model.string());
        for (const auto& directory : test_case.data_sets) {
            verify_data_set(test_case, directory, options, device, context, result);
        }
        result.message = result.comparison.wrong;
        if (!result.message.empty()) result.status = "wrong";
    } catch (const Error& error) {
        result.status = error.code() == ErrorCode::Unsupported ? "unsupported" : "error";
        result.message = error.what();
    } catch (const std::exception& error) {  // also a UsageError: here it is the case that is at fault
        result.status = "error";
        result.message = error.what();
    }
    return result;
}

bool was_compared(const CaseResult& result) {
    return result.status == "pass" || result.status == "wrong";
}

Json case_json(const CaseResult& result) {
    Json json = Json::object();
    json["name"] = result.name;
    json["status"] = result.status;
    json["max_abs"] = was_compared(result) ? Json(result.comparison.max_abs) : Json();
    json["max_rel"] = was_compared(result) ? Json(result.comparison.max_rel) : Json();
    if (result.check) json["check"] = check_json(*result.check);
    if (!result.message.empty()) json["message"] = core::one_line(result.message);
    return json;
}

std::string case_line(const CaseResult& result) {
    const std::string figures = was_compared(result) ? fmt::format("max_abs {:.3g}  max_rel {:.3g}",
                                                                   result.comparison.max_abs, result.comparison.max_rel)
                                                     : "";
    const std::string separator = figures.empty() || result.message.empty() ? "" : "  ";
    return core::one_line(
        fmt::format("{:<11} {:<32} {}{}{}", result.status, result.name, figures, separator, result.message));
}

}  // namespace

int execute(const VerifyOptions& options, Context& context) {
    const std::vector<TestCase> cases = find_cases(options.directories);
    const Device device = context.open_device();
    Json json = json_report("verify");
    json["device"] = device.profile().name;
    json["concat"] = options.concat == ConcatMode::Slices ? "slices" : "copies";
    json["cases"] = Json::array();
    std::size_t passed = 0;
    for (const TestCase& test_case : cases) {
        const CaseResult result = verify(test_case, options, device, context);
        passed += result.status == "pass" ? 1 : 0;
        if (context.json()) {
            json["cases"].push_back(case_json(result));
        } else {
            print(case_line(result));
        }
    }
    if (context.json()) print_json(json);
    return passed == cases.size() ? exit_done : exit_findings;
}

}  // namespace abut::cli
