// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <mutex>
#include <utility>

#include "abut/kernels.hpp"
#include "core/required.hpp"
#include "jit/kernel_cache.hpp"
#include "program/kernel_request.hpp"
#include "program/preferred.hpp"
#include "program/specialised_kernel.hpp"

namespace abut::inline v0 {

struct KernelLibrary::State {
    explicit State(Device on) : device(std::move(on)) {}

    const Device device;
    std::mutex mutex;
    std::vector<std::shared_ptr<SpecialisedKernel::State>> waiting;  ///< asked for and not built
};

namespace {

KernelLibrary::State& required(const std::shared_ptr<KernelLibrary::State>& library) {
    return core::required(library, "kernel library");
}

using KernelState = std::shared_ptr<SpecialisedKernel::State>;

SpecialisedKernel asked(KernelLibrary::State& library, programs::KernelRequest request, const ViewSpec& output) {
    request.output = output;
    programs::require_consistent(request);
    auto kernel = std::make_shared<SpecialisedKernel::State>(library.device, std::move(request));
    const std::scoped_lock lock(library.mutex);
    library.waiting.push_back(kernel);
    return SpecialisedKernel(std::move(kernel));
}

std::vector<ops::KernelSpec> specs_of(const std::vector<KernelState>& kernels) {
    std::vector<ops::KernelSpec> specs;
    for (const auto& kernel : kernels) {
        specs.push_back(kernel->promised.spec);
        if (kernel->unaligned) specs.push_back(kernel->unaligned->spec);
    }
    return specs;
}

jit::BuildOptions build_options(const KernelBuildOptions& options) {
    jit::BuildOptions build{.progress = {}, .stop = options.stop};
    if (!options.progress) return build;
    build.progress = [progress = options.progress](const jit::BuildProgress& now) {
        progress({.done = now.done, .total = now.total, .compiling = now.compiling});
    };
    return build;
}

programs::BuiltVariant built(const ops::LoweredStep& step, std::shared_ptr<const jit::CompiledKernel> kernel) {
    programs::BuiltVariant variant{.launch = programs::make_launch(step, std::move(kernel)), .instance = {}};
    variant.instance = variant.launch.instantiate();
    return variant;
}

}  // namespace

KernelLibrary::KernelLibrary(Device device) : state_(std::make_shared<State>(std::move(device))) {}

Preferred KernelLibrary::preferred(const Conv2d& attributes, const ViewSpec& input, const ViewSpec& weights) const {
    return programs::preferred_views([&] { return programs::conv2d_request(attributes, input, weights, {}); },
                                     required(state_).device.profile());
}

Preferred KernelLibrary::preferred(const Dense& attributes, const ViewSpec& input, const ViewSpec& weights) const {
    return programs::preferred_views([&] { return programs::dense_request(attributes, input, weights, {}); },
                                     required(state_).device.profile());
}

SpecialisedKernel KernelLibrary::conv2d(const Conv2d& attributes, const ViewSpec& input, const ViewSpec& weights,
                                        const ViewSpec& output, const std::vector<ViewSpec>& operands) {
    return asked(required(state_), programs::conv2d_request(attributes, input, weights, operands), output);
}

SpecialisedKernel KernelLibrary::dense(const Dense& attributes, const ViewSpec& input, const ViewSpec& weights,
                                       const ViewSpec& output, const std::vector<ViewSpec>& operands) {
    return asked(required(state_), programs::dense_request(attributes, input, weights, operands), output);
}

SpecialisedKernel KernelLibrary::elementwise(const Elementwise& attributes, const ViewSpec& input, const ViewSpec& output,
                                             const std::vector<ViewSpec>& operands) {
    return asked(required(state_), programs::elementwise_request(attributes, input, operands), output);
}

void KernelLibrary::build(const KernelBuildOptions& options) {
    auto& library = required(state_);
    std::vector<KernelState> kernels;
    {
        const std::scoped_lock lock(library.mutex);
        kernels = library.waiting;
    }
    if (kernels.empty()) return;
    const auto compiled = jit::kernel_cache(library.device).get(specs_of(kernels), build_options(options));
    auto next = compiled.begin();
    for (const auto& kernel : kernels) {
        auto variant = built(kernel->promised, *next++);
        std::optional<programs::BuiltVariant> unaligned;
        if (kernel->unaligned) unaligned = built(*kernel->unaligned, *next++);
        const std::scoped_lock lock(kernel->mutex);
        kernel->built = std::move(variant);
        kernel->built_unaligned = std::move(unaligned);
    }
    const std::scoped_lock lock(library.mutex);
    std::erase_if(library.waiting,
                  [&](const KernelState& waiting) { return std::ranges::find(kernels, waiting) != kernels.end(); });
}

}  // namespace abut::inline v0
