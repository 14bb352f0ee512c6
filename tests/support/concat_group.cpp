// SPDX-License-Identifier: Apache-2.0
#include "support/concat_group.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <random>

namespace abut::tests {
namespace {

constexpr std::int64_t pixels = 4;

ValueId conv(Graph& graph, ValueId x, std::int64_t channels) {
    const Shape weights{channels, graph.value(x).shape[1], 1, 1};
    return graph.conv2d(x,
                        graph.constant(weights, std::vector<float>(static_cast<std::size_t>(element_count(weights)), 0.5F)));
}

ValueId pool(Graph& graph, ValueId x) {
    return graph.pool2d(x, {.kernel = {1, 1}});
}

enum class How : std::uint8_t { Undecided, Alias, MultiStore, Copy, Segment };

/// Bytes of one buffer that belong to `owner` from `first` to `last`.
struct Held {
    int buffer;
    std::int64_t begin;
    std::int64_t end;
    int first;
    int last;
};

class Enumeration {
public:
    Enumeration(const ConcatGroup& group, const GroupPrices& prices) : group_(group), prices_(prices) {
        for (const auto& concat : group.concats) how_.emplace_back(concat.operands.size(), How::Undecided);
    }

    double run() {
        decide(0, 0, 0);
        return best_;
    }

private:
    void decide(std::size_t concat, std::size_t operand, double cost) {
        if (cost >= best_ || !is_possible()) return;
        if (concat == group_.concats.size()) {
            best_ = cost;
            return;
        }
        const auto& now = group_.concats[concat];
        const bool is_last = operand + 1 == now.operands.size();
        const auto next = [&](How how, double more) {
            how_[concat][operand] = how;
            decide(is_last ? concat + 1 : concat, is_last ? 0 : operand + 1, cost + more);
            how_[concat][operand] = How::Undecided;
        };
        const auto& value = group_.operands[static_cast<std::size_t>(now.operands[operand])];
        next(How::Alias, 0);
        if (operand == 0 && now.reads_segments) {
            std::ranges::fill(how_[concat], How::Segment);
            decide(concat + 1, 0, cost + prices_.segment * static_cast<double>(now.operands.size() - 1));
            std::ranges::fill(how_[concat], How::Undecided);
        }
        const auto bytes = static_cast<double>(value.bytes);
        if (value.stores_twice) next(How::MultiStore, bytes * prices_.stored_byte);
        next(How::Copy, prices_.launch + bytes * prices_.copied_byte);
    }

    /// Places of values and concats: buffer and first byte. Concats come after the values.
    struct Place {
        int buffer = -1;
        std::int64_t begin = 0;
    };

    /// Follows the aliases. Nothing where one thing would be in two places.
    [[nodiscard]] std::optional<std::vector<Place>> places() const {
        const std::size_t values = group_.operands.size();
        std::vector<Place> place(values + group_.concats.size());
        for (std::size_t seed = 0; seed < place.size(); ++seed) {
            if (place[seed].buffer >= 0) continue;
            place[seed] = {static_cast<int>(seed), 0};
            for (bool changed = true; changed;) {
                changed = false;
                for (std::size_t c = 0; c < group_.concats.size(); ++c) {
                    std::int64_t begin = 0;
                    for (std::size_t i = 0; i < how_[c].size(); ++i) {
                        const auto v = static_cast<std::size_t>(group_.concats[c].operands[i]);
                        const std::int64_t at = begin;
                        begin += group_.operands[v].bytes;
                        if (how_[c][i] != How::Alias) continue;
                        Place& whole = place[values + c];
                        Place& part = place[v];
                        if (whole.buffer < 0 && part.buffer < 0) continue;
                        if (whole.buffer < 0) whole = {part.buffer, part.begin - at}, changed = true;
                        if (part.buffer < 0) part = {whole.buffer, whole.begin + at}, changed = true;
                        if (part.buffer != whole.buffer || part.begin != whole.begin + at) return std::nullopt;
                    }
                }
            }
        }
        return place;
    }

    /// Whether what is decided so far leaves no two values in the same bytes at the same time. Later decisions only add to
    /// it.
    [[nodiscard]] bool is_possible() const {
        const auto place = places();
        if (!place) return false;
        std::vector<Held> held;
        std::vector<int> last;
        for (const auto& value : group_.operands) last.push_back(value.last_read);
        for (std::size_t c = 0; c < group_.concats.size(); ++c) {
            const auto& concat = group_.concats[c];
            const Place& whole = (*place)[group_.operands.size() + c];
            std::int64_t begin = whole.begin;
            for (std::size_t i = 0; i < how_[c].size(); ++i) {
                const auto v = static_cast<std::size_t>(concat.operands[i]);
                const auto& value = group_.operands[v];
                const bool lives_on = how_[c][i] == How::Alias || how_[c][i] == How::Segment;
                last[v] = std::max({last[v], concat.node, lives_on ? concat.last_read : 0});
                const int first = how_[c][i] == How::MultiStore ? value.born : concat.node;
                if (how_[c][i] == How::MultiStore || how_[c][i] == How::Copy)
                    held.push_back({whole.buffer, begin, begin + value.bytes, first, concat.last_read});
                begin += value.bytes;
            }
        }
        for (std::size_t v = 0; v < last.size(); ++v) {
            const Place& at = (*place)[v];
            held.push_back({at.buffer, at.begin, at.begin + group_.operands[v].bytes, group_.operands[v].born, last[v]});
        }
        for (std::size_t i = 0; i < held.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (clash(held[i], held[j])) return false;
            }
        }
        return true;
    }

    static bool clash(const Held& a, const Held& b) {
        return a.buffer == b.buffer && a.begin < b.end && b.begin < a.end && a.first <= b.last && b.first <= a.last;
    }

    const ConcatGroup& group_;
    const GroupPrices& prices_;
    std::vector<std::vector<How>> how_;  // by concat and operand
    double best_ = std::numeric_limits<double>::infinity();
};

}  // namespace

DrawnGroup draw_group(std::uint32_t seed) {
    std::mt19937 random(seed);
    const auto draw = [&](int below) { return static_cast<int>(random() % static_cast<std::uint32_t>(below)); };
    DrawnGroup drawn;
    Graph& graph = drawn.graph;
    ConcatGroup& group = drawn.group;
    const ValueId input = graph.input("x", ViewSpec::nchw({1, 3, 2, 2}));
    std::vector<ValueId> values;
    const auto node_of = [&](ValueId value) { return graph.value(value).producer.index; };
    const auto add_value = [&] {
        const ValueId wide = conv(graph, input, 1 + draw(6));
        const bool stores_twice = draw(5) == 0;
        const ValueId value = stores_twice ? wide : pool(graph, wide);
        values.push_back(value);
        group.operands.push_back({.bytes = graph.value(value).shape[1] * pixels * 4,
                                  .born = node_of(value),
                                  .last_read = node_of(value),
                                  .stores_twice = stores_twice});
    };
    const auto add_concat = [&] {
        ConcatGroup::Concat concat;
        std::vector<ValueId> parts;
        const int count = draw(4) == 0 ? 3 : 2;
        for (int i = 0; i < count; ++i) {
            concat.operands.push_back(draw(static_cast<int>(values.size())));
            parts.push_back(values[static_cast<std::size_t>(concat.operands.back())]);
        }
        const ValueId joined = graph.concat(parts, 1);
        concat.reads_segments = draw(6) == 0;
        const ValueId read = concat.reads_segments ? conv(graph, joined, 2) : pool(graph, joined);
        graph.output("y" + std::to_string(group.concats.size()), read);
        concat.node = node_of(joined);
        concat.last_read = node_of(read);
        group.concats.push_back(concat);
    };
    for (int i = 0; i < 3; ++i) add_value();
    const int concats = 2 + draw(7);
    for (int i = 0; i < concats; ++i) {
        if (values.size() < 9 && draw(2) == 0) add_value();
        add_concat();
    }
    return drawn;
}

double least_cost(const ConcatGroup& group, const GroupPrices& prices) {
    return Enumeration(group, prices).run();
}

}  // namespace abut::tests
