// SPDX-License-Identifier: Apache-2.0
#include "program/weight_requests.hpp"

#include <cstddef>
#include <map>
#include <utility>

#include "program/program_state.hpp"
#include "program/weight_store.hpp"

namespace abut::programs {
namespace {

/// Makes requests of packed constants and hashes every constant of the graph once.
class RequestList {
public:
    explicit RequestList(const Graph& graph) : graph_(graph) {}

    void add(const ops::LoweredStep& step) {
        for (const auto& constant : step.constants) requests_.push_back(request(constant));
    }
    std::vector<WeightRequest> take() && { return std::move(requests_); }

private:
    WeightRequest request(const ops::PackedConstant& constant) {
        WeightRequest result{.key = {.content = {}, .form = constant.key, .size_bytes = constant.size_bytes},
                             .constant = &constant,
                             .sources = {}};
        std::vector<core::ContentHash> hashes;
        for (const auto source : constant.sources) {
            result.sources.push_back(graph_.value(source).data);
            hashes.push_back(hash_of(source));
        }
        result.key.content = core::content_hash(std::as_bytes(std::span(hashes)));
        return result;
    }

    core::ContentHash hash_of(ValueId id) {
        const auto found = hashes_.find(id);
        if (found != hashes_.end()) return found->second;
        const auto& value = graph_.value(id);
        const auto bytes = static_cast<std::size_t>(element_count(value.shape) * size_bytes(value.dtype));
        const auto hash = core::content_hash(std::span(static_cast<const std::byte*>(value.data.get()), bytes));
        return hashes_[id] = hash;
    }

    const Graph& graph_;
    std::map<ValueId, core::ContentHash> hashes_;
    std::vector<WeightRequest> requests_;
};

}  // namespace

PackedSteps pack_weights(const std::vector<LoweredVariants>& steps, Program::State& state, const WeightStore& store) {
    RequestList list(state.graph);
    for (const auto& step : steps) {
        list.add(step.promised);
        if (step.unaligned) list.add(*step.unaligned);
    }
    auto requests = std::move(list).take();
    state.graph.release_constants();  // the requests hold those that are needed
    const auto stored = store_weights(store, state.device, std::move(requests));
    state.statistics.weight_bytes = stored.total_bytes;
    state.statistics.new_weight_bytes = stored.added_bytes;

    PackedSteps packed;
    auto next = stored.addresses.begin();
    const auto take = [&](const ops::LoweredStep& step) {
        const auto begin = next;
        next += static_cast<std::ptrdiff_t>(step.constants.size());
        return std::vector<Address>(begin, next);
    };
    for (const auto& step : steps) {
        packed.promised.push_back(take(step.promised));
        packed.unaligned.push_back(step.unaligned ? take(*step.unaligned) : std::vector<Address>());
    }
    return packed;
}

}  // namespace abut::programs
