// SPDX-License-Identifier: Apache-2.0
// `abut cache bisect`: which of a model's kernels gives wrong results.
#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <csignal>
#include <iterator>
#include <set>
#include <utility>

#include "cli/cache_model.hpp"
#include "cli/cache_text.hpp"
#include "cli/commands.hpp"
#include "cli/load_model.hpp"
#include "cli/model_runner.hpp"
#include "cli/print.hpp"
#include "cli/progress_bar.hpp"
#include "core/printable.hpp"
#include "device/backend.hpp"
#include "jit/cache_list.hpp"
#include "onnx/with_name.hpp"
#include "program/compile_anew.hpp"

namespace abut::cli {

namespace {

using Entries = std::vector<jit::ListedEntry>;
using programs::AnewVariants;
using programs::StepDifference;

/// A model in one mode against its generic variants.
struct BisectedRun {
    const char* concat = "";
    programs::ComparedRuns runs;
    std::vector<std::string> step_names;  ///< of the plan
    std::set<int> wrong_anew;             ///< steps that differ as well when their variants are compiled anew
};

/// What is said of one variant.
struct WrongKernel {
    const BisectedRun* run = nullptr;
    std::string name;
    std::string entry;                    ///< key of the program that it lies in; empty where it is in no cache
    std::vector<StepDifference> steps{};  ///< the one that differs most first
    bool is_wrong_anew = false;
};

/// A line that a handler writes where a kernel ends the process. Handlers can neither make a text nor be given one.
std::array<char, 1000> last_words;
std::atomic<std::size_t> last_words_bytes{0};
std::atomic_flag is_ending;

extern "C" void end_with_last_words(int) {
    // Several workers may run into the same fault at once: the first speaks, the others wait for its end.
    while (is_ending.test_and_set()) ::pause();
    static_cast<void>(!::write(STDERR_FILENO, last_words.data(), last_words_bytes));
    ::_exit(exit_findings);
}

/// While it lives, a signal that a wrong access or instruction raises ends the process with the kernel's name.
class CrashReport {
public:
    CrashReport() {
        struct sigaction action {};
        action.sa_handler = end_with_last_words;
        for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &action, &before_[i]);
    }
    ~CrashReport() {
        for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before_[i], nullptr);
    }
    CrashReport(const CrashReport&) = delete;
    CrashReport& operator=(const CrashReport&) = delete;

    static void set(const std::string& text) {
        const auto line = fmt::format("abut: {}\n", core::one_line(text).substr(0, last_words.size() - 10));
        std::ranges::copy(line, last_words.begin());
        last_words_bytes = line.size();
    }

private:
    static constexpr std::array signals{SIGSEGV, SIGBUS, SIGILL};
    std::array<struct sigaction, signals.size()> before_{};
};

programs::ComparedRuns compare(ModelRunner& checked, ModelRunner& expected, const CacheBisectOptions& options) {
    const auto& steps = checked.program().plan().steps;
    const CrashReport report;
    return checked.compare(
        expected, {.relative = options.rtol, .absolute = options.atol}, [&](int step, const std::string& kernel) {
            CrashReport::set(
                fmt::format("kernel {} ended the process in step \"{}\"; `abut cache ban {}` keeps it from being used",
                            kernel, steps[static_cast<std::size_t>(step)].name, variant_key_of(kernel)));
        });
}

ModelRunner anew(const Graph& graph, const Device& device, CompileOptions options, AnewVariants variants) {
    ProgressBar bar;
    options.progress = bar.callback();
    return {programs::compile_anew(graph, device, options, variants), {}};
}

BisectedRun bisect_mode(const CacheBisectOptions& options, const Graph& graph, ConcatMode mode, const Device& device) {
    const auto compile = compile_options(options.model, mode, device);
    ModelRunner checked(graph, device, compile, {});
    auto expected = anew(graph, device, compile, AnewVariants::Generic);
    BisectedRun result{.concat = mode == ConcatMode::Slices ? "slices" : "copies",
                       .runs = compare(checked, expected, options),
                       .step_names = {},
                       .wrong_anew = {}};
    for (const auto& step : checked.program().plan().steps) result.step_names.push_back(step.name);
    if (result.runs.differences.empty()) return result;
    auto again = anew(graph, device, compile, AnewVariants::AsCompiled);
    for (const auto& difference : compare(again, expected, options).differences) result.wrong_anew.insert(difference.step);
    return result;
}

/// The program from which a run takes the kernel: the first of the directory, then of the overlays.
std::string entry_of(const std::vector<Entries>& directories, const std::string& identity, const std::string& kernel) {
    for (const auto& entries : directories) {
        const auto found = std::ranges::find_if(entries, [&](const jit::ListedEntry& entry) {
            return entry.outline.identity == identity && std::ranges::count(entry.kernels, kernel) > 0;
        });
        if (found != entries.end()) return found->key();
    }
    return {};
}

std::vector<WrongKernel> wrong_kernels(const BisectedRun& run, const std::vector<Entries>& directories,
                                       const std::string& identity) {
    std::vector<WrongKernel> wrong;
    for (const auto& difference : run.runs.differences) {
        auto known = std::ranges::find(wrong, difference.kernel, &WrongKernel::name);
        if (known == wrong.end()) {
            wrong.push_back(
                {.run = &run, .name = difference.kernel, .entry = entry_of(directories, identity, difference.kernel)});
            known = std::prev(wrong.end());
        }
        known->steps.push_back(difference);
        known->is_wrong_anew = known->is_wrong_anew || run.wrong_anew.contains(difference.step);
    }
    for (auto& kernel : wrong) std::ranges::stable_sort(kernel.steps, std::ranges::greater{}, &StepDifference::difference);
    return wrong;
}

std::string difference_text(const WrongKernel& kernel, const StepDifference& step) {
    auto text = fmt::format("step \"{}\"", kernel.run->step_names[static_cast<std::size_t>(step.step)]);
    if (step.wrong > 0) {
        text += fmt::format(" gives {} elements of value \"{}\" wrong, most that at {}: {:g}, expected {:g}", step.wrong,
                            step.value, to_string(step.element), step.found, step.expected);
    }
    if (!step.outside.empty()) text += fmt::format("{} changes {}", step.wrong > 0 ? ", and" : "", step.outside);
    return text;
}

std::string advice(const WrongKernel& kernel) {
    if (kernel.is_wrong_anew) {
        return fmt::format("compiled anew it is wrong as well: keep it from being used: abut cache ban {}",
                           variant_key_of(kernel.name));
    }
    if (kernel.entry.empty()) return "compiled anew it is right, and no cache has it";
    return fmt::format("compiled anew it is right: remove the program, and it is: abut cache rm --where key={}",
                       kernel.entry);
}

void print_kernel(const WrongKernel& kernel) {
    constexpr std::size_t indent = 2;
    print(kernel.entry.empty() ? kernel.name : fmt::format("{} of program {}", kernel.name, kernel.entry.substr(0, 12)));
    print(wrapped(difference_text(kernel, kernel.steps.front()), indent));
    if (kernel.steps.size() > 1) print(fmt::format("  and so do {} other steps, by less", kernel.steps.size() - 1));
    print(wrapped(advice(kernel), indent));
}

Json number_json(double number) {
    return std::isfinite(number) ? Json(number) : Json(nullptr);
}

Json kernel_json(const WrongKernel& kernel) {
    const auto& most = kernel.steps.front();
    Json json = Json::object();
    json["key"] = variant_key_of(kernel.name);
    json["kernel"] = stem_of(kernel.name);
    json["entry"] = kernel.entry.empty() ? Json(nullptr) : Json(kernel.entry);
    json["concat"] = kernel.run->concat;
    json["step"] = kernel.run->step_names[static_cast<std::size_t>(most.step)];
    json["steps"] = kernel.steps.size();
    json["value"] = most.value;
    json["wrong_elements"] = most.wrong;
    json["element"] = std::vector<std::int64_t>(most.element.begin(), most.element.end());
    json["found"] = number_json(most.found);
    json["expected"] = number_json(most.expected);
    json["difference"] = number_json(most.difference());
    json["outside"] = most.outside.empty() ? Json(nullptr) : Json(most.outside);
    json["right_when_compiled_anew"] = !kernel.is_wrong_anew;
    return json;
}

void report_bisected(const CacheBisectOptions& options, const std::vector<BisectedRun>& runs,
                     const std::vector<WrongKernel>& wrong, const Device& device, const Context& context) {
    if (!context.json()) {
        for (const auto& run : runs) {
            print(fmt::format("{}: {} kernels in {} steps compared with the weakest variants, compiled anew", run.concat,
                              run.runs.kernels, run.runs.steps));
        }
        for (const auto& kernel : wrong) print_kernel(kernel);
        if (wrong.empty()) print("all are right");
        return;
    }
    Json json = json_report("cache");
    json["cache"] = context.cache_directory();
    json["model"] = options.model.model.model;
    json["device"] = device.profile().name;
    json["compared"] = Json::array();
    for (const auto& run : runs)
        json["compared"].push_back({{"concat", run.concat}, {"steps", run.runs.steps}, {"kernels", run.runs.kernels}});
    json["wrong"] = Json::array();
    for (const auto& kernel : wrong) json["wrong"].push_back(kernel_json(kernel));
    print_json(json);
}

}  // namespace

int execute(const CacheBisectOptions& options, Context& context) {
    const auto directory = context.cache_directory();
    const Device device = context.open_device();
    const auto graph = load_model(options.model.model, {}, context);
    std::vector<BisectedRun> runs;
    onnx::with_name(core::printable(options.model.model.model), [&] {
        for (const auto mode : options.model.modes) runs.push_back(bisect_mode(options, graph, mode, device));
    });
    std::vector<Entries> directories{jit::list_entries(directory)};
    for (const auto& overlay : context.options().cache_overlays) directories.push_back(jit::list_entries(overlay));
    std::vector<WrongKernel> wrong;
    for (const auto& run : runs)
        std::ranges::move(wrong_kernels(run, directories, device.backend()->identity()), std::back_inserter(wrong));
    report_bisected(options, runs, wrong, device, context);
    return wrong.empty() ? exit_done : exit_findings;
}

}  // namespace abut::cli
