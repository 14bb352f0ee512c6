// SPDX-License-Identifier: Apache-2.0
#include "plan/check_memory.hpp"

#include <algorithm>
#include <map>

#include "plan/check_cells.hpp"
#include "plan/check_fail.hpp"
#include "plan/check_views.hpp"

namespace abut::planning {
namespace {

constexpr int nobody = StepSet::caller - 1;

/// Which root's elements lie at each address of the arena.
class ArenaTurns {
public:
    /// From now on [begin, end) is `root`'s. Returns whose it was.
    std::vector<int> take(std::int64_t begin, std::int64_t end, int root) {
        std::vector<int> before;
        cut(begin);
        cut(end);
        const auto first = turns_.lower_bound(begin);
        const auto last = turns_.lower_bound(end);
        for (auto turn = first; turn != last; ++turn) {
            if (turn->second >= 0) before.push_back(turn->second);
        }
        turns_.erase(first, last);
        turns_[begin] = root;
        return before;
    }

private:
    /// Makes `address` the beginning of a stretch.
    void cut(std::int64_t address) {
        const auto next = turns_.upper_bound(address);
        const int root = next == turns_.begin() ? -1 : std::prev(next)->second;
        turns_.emplace(address, root);
    }

    std::map<std::int64_t, int> turns_;  // by the first byte of a stretch; -1: nobody's
};

/// What a root holds and who saw it.
struct Contents {
    std::vector<int> writer;     // by cell: the step that wrote it last
    std::vector<bool> was_read;  // by cell: since then
    std::vector<std::pair<int, const PlannedView*>> reads;
    bool has_turn = false;
    StepSet touched;  // every step that used the root
    StepSet before;   // every step that used the roots whose memory it took
};

class MemoryChecker {
public:
    MemoryChecker(const Graph& graph, const OpTraits& traits, const Plan& plan, const std::vector<StepSet>& writers)
        : graph_(graph),
          traits_(traits),
          plan_(plan),
          writers_(writers),
          cells_(graph, plan),
          before_(plan.steps.size()),
          contents_(plan.roots.size()) {
        for (std::size_t r = 0; r < contents_.size(); ++r) {
            const auto kind = plan.roots[r].kind;
            const bool is_given = kind == RootKind::Input || kind == RootKind::Constant;
            clear(static_cast<int>(r), is_given ? StepSet::caller : nobody);
            contents_[r].has_turn = kind != RootKind::Arena;
        }
        // What an input holds is there from the start, also where check_views found it in the memory of an output.
        for (const auto& port : graph.inputs()) {
            const auto& view = plan.placements.at(static_cast<std::size_t>(port.value.index));
            const bool is_shared = view && plan.roots[static_cast<std::size_t>(view->root)].kind == RootKind::Output;
            if (is_shared && element_count(view->layout.shape) > 0) give(*view);
        }
    }

    void run() {
        for (std::size_t s = 0; s < plan_.steps.size(); ++s) {
            const Step& step = plan_.steps[s];
            now_ = static_cast<int>(s);
            note_dependencies(step);
            for (std::size_t i = 0; i < step.reads.size(); ++i) read(step, i);
            for (const auto& view : step.writes) write(step, view);
        }
        check_outputs();
    }

private:
    [[nodiscard]] Contents& contents(int root) { return contents_[static_cast<std::size_t>(root)]; }
    [[nodiscard]] const StepSet& before() const { return before_[static_cast<std::size_t>(now_)]; }

    void clear(int root, int writer) {
        contents(root).writer.assign(cells_.cell_count(root), writer);
        contents(root).was_read.assign(cells_.cell_count(root), false);
        contents(root).reads.clear();
    }

    void give(const PlannedView& view) {
        auto& writer = contents(view.root).writer;
        cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
            std::fill(writer.begin() + static_cast<std::ptrdiff_t>(begin), writer.begin() + static_cast<std::ptrdiff_t>(end),
                      StepSet::caller);
        });
    }

    void note_dependencies(const Step& step) {
        StepSet& before = before_[static_cast<std::size_t>(now_)];
        for (const int dependency : step.dependencies) {
            if (dependency < 0 || dependency >= now_) fail_plan("{} depends on a later step", step.name);
            before.insert(before_[static_cast<std::size_t>(dependency)]);
            before.insert(dependency);
        }
    }

    [[noreturn]] void fail_order(int earlier) const {
        fail_plan("{} and {} touch the same bytes in any order", plan_.steps[static_cast<std::size_t>(earlier)].name,
                  plan_.steps[static_cast<std::size_t>(now_)].name);
    }

    /// A root that takes memory of others holds nothing, and they nothing any more.
    void enter(int root) {
        Contents& own = contents(root);
        if (!own.has_turn) {
            const Root& place = plan_.roots[static_cast<std::size_t>(root)];
            own.before.insert(own.touched);
            for (const int other :
                 turns_.take(place.arena_offset_bytes, place.arena_offset_bytes + place.size_bytes, root)) {
                own.before.insert(contents(other).touched);
                contents(other).has_turn = false;
            }
            own.has_turn = true;
            clear(root, nobody);
        }
        if (own.before.contains(now_))
            fail_plan("{} uses two buffers in the same bytes", plan_.steps[static_cast<std::size_t>(now_)].name);
        own.touched.insert(now_);
    }

    void read(const Step& step, std::size_t input) {
        const PlannedView& view = step.reads[input];
        if (element_count(view.layout.shape) == 0) return;
        enter(view.root);
        const StepSet& writers = writers_[static_cast<std::size_t>(step.inputs[input].index)];
        // A copy through a dense buffer reads what the copy before it wrote.
        const bool goes_on =
            step.node.index < 0 && now_ > 0 && plan_.steps[static_cast<std::size_t>(now_ - 1)].inputs == step.inputs;
        Contents& own = contents(view.root);
        int known = nobody;  // a writer that is allowed: neighbours mostly have the same
        cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
            for (std::size_t cell = begin; cell < end; ++cell) {
                own.was_read[cell] = true;
                const int writer = own.writer[cell];
                if (writer == known && writer != nobody) continue;
                known = writer;
                if (writer == nobody || (!writers.contains(writer) && !(goes_on && writer == now_ - 1))) {
                    fail_plan("{} reads bytes of {} that its producers did not write last", step.name,
                              graph_.value(step.inputs[input]).name);
                }
                if (writer >= 0 && !before().contains(writer)) fail_order(writer);
            }
        });
        own.reads.emplace_back(now_, &view);
    }

    void write(const Step& step, const PlannedView& view) {
        if (element_count(view.layout.shape) == 0) return;
        enter(view.root);
        Contents& own = contents(view.root);
        if (const int other = own.before.first_beyond(before()); other >= 0) fail_order(other);
        bool replaces_what_was_read = false;
        cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
            for (std::size_t cell = begin; cell < end; ++cell) {
                const int last = own.writer[cell];
                if (last == now_) fail_plan("{} writes the same bytes twice", step.name);
                if (last >= 0 && !before().contains(last)) fail_order(last);
                replaces_what_was_read = replaces_what_was_read || own.was_read[cell];
                own.writer[cell] = now_;
                own.was_read[cell] = false;
            }
        });
        if (replaces_what_was_read) check_readers(step, view);
    }

    /// Who read what this step has written over must be done. (Who read what an earlier writer wrote over is done before
    /// it.) What the step reads itself it may only replace.
    void check_readers(const Step& step, const PlannedView& write) {
        Contents& own = contents(write.root);
        for (const auto& [reader, view] : own.reads) {
            if (before().contains(reader) || (reader == now_ && may_replace(step, *view, write))) continue;
            cells_.for_each_run(*view, [&, earlier = reader](std::size_t begin, std::size_t end) {
                const auto cells = own.writer.begin();
                const auto last = cells + static_cast<std::ptrdiff_t>(end);
                if (std::find(cells + static_cast<std::ptrdiff_t>(begin), last, now_) == last) return;
                if (earlier == now_) fail_plan("{} writes over what it reads", step.name);
                fail_order(earlier);
            });
        }
        // Who writes these bytes next waits for this step.
        std::erase_if(own.reads, [&](const auto& read) { return same_elements(*read.second, write); });
    }

    [[nodiscard]] bool may_replace(const Step& step, const PlannedView& read, const PlannedView& write) const {
        const auto input = &read - step.reads.data();
        if (step.node.index < 0 || !same_elements(read, write) || !same_elements(write, step.writes.front())) return false;
        const Node& node = graph_.node(step.node);
        const bool is_input = input < static_cast<std::ptrdiff_t>(node.inputs.size());
        return is_input && traits_.may_write_over(graph_, node, static_cast<int>(input));
    }

    void check_outputs() {
        std::vector<int> root_of_port(graph_.outputs().size(), -1);
        for (std::size_t r = 0; r < plan_.roots.size(); ++r) {
            if (plan_.roots[r].kind == RootKind::Output)
                root_of_port.at(static_cast<std::size_t>(plan_.roots[r].port)) = static_cast<int>(r);
        }
        for (std::size_t p = 0; p < root_of_port.size(); ++p) {
            const auto& port = graph_.outputs()[p];
            if (element_count(port.spec.shape()) == 0) continue;
            if (root_of_port[p] < 0) fail_plan("output {} has no root", port.name);
            const auto& writer = contents(root_of_port[p]).writer;
            const PlannedView view{root_of_port[p], 0, port.spec.dtype, port.spec.layout};
            cells_.for_each_run(view, [&](std::size_t begin, std::size_t end) {
                for (std::size_t cell = begin; cell < end; ++cell) {
                    if (writer[cell] == nobody) fail_plan("output {} is not written as a whole", port.name);
                }
            });
        }
    }

    const Graph& graph_;
    const OpTraits& traits_;
    const Plan& plan_;
    const std::vector<StepSet>& writers_;
    CheckCells cells_;
    ArenaTurns turns_;
    std::vector<StepSet> before_;     // by step: those that it waits for
    std::vector<Contents> contents_;  // by root
    int now_ = 0;
};

}  // namespace

void check_memory(const Graph& graph, const OpTraits& traits, const Plan& plan, const std::vector<StepSet>& writers) {
    MemoryChecker(graph, traits, plan, writers).run();
}

}  // namespace abut::planning
