// SPDX-License-Identifier: Apache-2.0
#include "cli/test_case.hpp"

#include <algorithm>

#include "core/fail.hpp"
#include "core/printable.hpp"

namespace abut::cli {

namespace {

namespace fs = std::filesystem;

// test_data_set_0, test_data_set_1, ... until one is missing.
std::vector<fs::path> numbered(const fs::path& directory, const std::string& stem, const std::string& suffix) {
    std::vector<fs::path> found;
    while (true) {
        const fs::path next = directory / fmt::format("{}_{}{}", stem, found.size(), suffix);
        std::error_code error;
        if (!fs::exists(next, error)) return found;
        found.push_back(next);
    }
}

std::vector<HostTensor> read_tensors(const fs::path& directory, const std::string& stem) {
    std::vector<HostTensor> tensors;
    for (const fs::path& file : numbered(directory, stem, ".pb")) tensors.push_back(load_tensor(file));
    return tensors;
}

void collect(const fs::path& directory, std::vector<fs::path>& models) {
    std::error_code error;
    for (fs::recursive_directory_iterator entry(directory, error), end; !error && entry != end; entry.increment(error)) {
        if (entry->path().filename() == "model.onnx") models.push_back(entry->path());
    }
    if (error) core::fail(ErrorCode::IO, "{}: {}", core::printable(directory.string()), error.message());
}

}  // namespace

std::vector<TestCase> find_cases(const std::vector<fs::path>& directories) {
    std::vector<TestCase> cases;
    for (const fs::path& directory : directories) {
        std::vector<fs::path> models;
        collect(directory, models);
        std::ranges::sort(models);
        if (models.empty())
            core::fail(ErrorCode::IO, "{}: there is no model.onnx in it or below", core::printable(directory.string()));
        for (const fs::path& model : models) {
            const fs::path folder = fs::weakly_canonical(model).parent_path();
            cases.push_back({folder.filename().string(), model, numbered(folder, "test_data_set", "")});
        }
    }
    return cases;
}

DataSet read_data_set(const fs::path& directory) {
    DataSet data{read_tensors(directory, "input"), read_tensors(directory, "output")};
    if (data.outputs.empty()) core::fail(ErrorCode::IO, "{}: there is no output_0.pb", core::printable(directory.string()));
    return data;
}

}  // namespace abut::cli
