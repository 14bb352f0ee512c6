// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <vector>

#include "cli/annotation.hpp"
#include "cli/commands.hpp"
#include "cli/cost_model.hpp"
#include "cli/load_model.hpp"
#include "cli/plan_map.hpp"
#include "cli/plan_report.hpp"
#include "cli/support_report.hpp"
#include "cli/usage_error.hpp"
#include "core/printable.hpp"
#include "onnx/annotate_model.hpp"
#include "onnx/publish_file.hpp"
#include "onnx/with_name.hpp"

namespace abut::cli {

namespace {

namespace fs = std::filesystem;

bool is_same_file(const fs::path& a, const fs::path& b) {
    std::error_code error;
    if (fs::equivalent(a, b, error)) return true;
    const auto whole = [&](const fs::path& file) { return fs::weakly_canonical(fs::absolute(file, error), error); };
    return !whole(a).empty() && whole(a) == whole(b);
}

// What is known before anything is read.
void check_places(const PlanOptions& options) {
    if (options.html && options.annotated && is_same_file(*options.html, *options.annotated))
        fail_usage("--html and --annotate: both are '{}'", core::printable(options.html->string()));
    if (options.html && is_same_file(*options.html, options.model.model))
        fail_usage("--html '{}': it would replace the model", core::printable(options.html->string()));
    if (options.html == "-") fail_usage("--html -: expected a file; the page is not written to standard output");
    for (const auto& file : {options.html, options.annotated}) {
        if (file) onnx::require_publishable(*file);
    }
}

// External data is found from the directory of the file that names it.
void check_external_data(const fs::path& annotated, const ModelFile& file, const onnx::ModelNames& names) {
    const std::string name = core::printable(annotated.string());
    const auto directory = [](const fs::path& path) { return path.empty() ? fs::path(".") : path; };
    for (const std::string& location : names.external_locations) {
        if (!is_same_file(directory(annotated.parent_path()), directory(file.directory))) {
            fail_usage("--annotate '{}': the model's elements lie in '{}' beside it; expected a file in its directory", name,
                       core::printable(location));
        }
        if (is_same_file(annotated, file.directory / location))
            fail_usage("--annotate '{}': it would replace the elements of the model's constants", name);
    }
}

void add_page(const PlanOptions& options, const PlanReport& report, std::vector<onnx::NewFile>& files) {
    if (options.html) files.push_back({*options.html, plan_map_page(report)});
}

// A plan needs no device, but one that is named has to be there.
void require_named_device(Context& context) {
    if (context.options().names_device) static_cast<void>(context.open_device());
}

// A device is opened for its own cost model alone.
abut::PlanOptions planning(const PlanOptions& options, Context& context) {
    abut::PlanOptions planning{.memory_limit_bytes = options.memory_limit_bytes, .forced_rungs = options.forced_rungs};
    if (options.cost_model != CostModelChoice::Bytes)
        planning.cost_model = cost_model_of(options.cost_model, context.open_device()).value_or(CostModel{});
    return planning;
}

// The graph is read from the bytes that are annotated, so that its names are theirs.
PlanReport annotate(const PlanOptions& options, Context& context, std::vector<onnx::NewFile>& files) {
    const ModelFile file = read_model(options.model);
    const std::string name = core::printable(options.model.model);
    const auto names = onnx::model_names(file.bytes, name);
    check_external_data(*options.annotated, file, names);
    const Graph graph = load_model(file, options.model, context);
    return onnx::with_name(name, [&] {
        PlanReport report = plan_report(options.model.model, graph, planning(options, context), OperandOrder::AsGiven);
        const std::string text = annotation_json(report, names.values).dump();
        files.push_back({*options.annotated, onnx::with_metadata(file.bytes, annotation_key, text)});
        return report;
    });
}

PlanReport plan_model(const PlanOptions& options, Context& context, std::vector<onnx::NewFile>& files) {
    if (options.annotated) return annotate(options, context, files);
    const Graph graph = load_model(options.model, {}, context);
    return onnx::with_name(core::printable(options.model.model),
                           [&] { return plan_report(options.model.model, graph, planning(options, context)); });
}

int show_support(const PlanOptions& options, Context& context) {
    const SupportReport report = support_report(options.model, context);
    if (context.json()) {
        print_json(support_json(report));
    } else {
        print(support_text(report));
    }
    return report.is_supported() ? exit_done : exit_findings;
}

}  // namespace

int execute(const PlanOptions& options, Context& context) {
    if (!options.support) check_places(options);
    require_named_device(context);
    if (options.support) return show_support(options, context);
    std::vector<onnx::NewFile> files;
    const PlanReport report = plan_model(options, context, files);
    add_page(options, report, files);
    onnx::publish_files(files);
    if (context.json()) {
        print_json(plan_json(report));
    } else {
        print(plan_text(report));
    }
    return exit_done;
}

}  // namespace abut::cli
