// SPDX-License-Identifier: Apache-2.0
#include "plan/embedding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "core/slot.hpp"
#include "plan/memory_order.hpp"

namespace abut::planning {
namespace {

using core::slot;

Dims inverse(const Dims& permutation) {
    Dims result = permutation;
    for (int i = 0; i < permutation.rank(); ++i) result[static_cast<int>(permutation[i])] = i;
    return result;
}

/// A dense layout of `shape` whose axes lie in the order of the strides of `like`.
Layout dense_in_order_of(const Layout& like, const Shape& shape) {
    std::vector<int> order(slot(shape.rank()));
    std::iota(order.begin(), order.end(), 0);
    std::ranges::stable_sort(order, [&](int a, int b) { return like.strides[a] > like.strides[b]; });
    Layout layout{shape, Dims::filled(shape.rank(), 1)};
    std::int64_t stride = 1;
    for (auto axis = order.rbegin(); axis != order.rend(); ++axis) {
        layout.strides[*axis] = stride;
        stride *= std::max<std::int64_t>(shape[*axis], 1);
    }
    return layout;
}

}  // namespace

Embedding::Embedding(const Graph& graph, const RelationTable& table, const BoxGroups& groups,
                     const std::vector<bool>& read_by_kernel)
    : graph_(graph),
      table_(table),
      groups_(groups),
      read_by_kernel_(read_by_kernel),
      links_(slot(groups.count())),
      children_(slot(groups.count())),
      places_(slot(groups.count())) {
    for (int g = 0; g < groups.count(); ++g) {
        places_[slot(g)].top = g;
        if (!groups.group(g).members.empty()) places_[slot(g)].region.layout = root_layout(g);
    }
}

Layout Embedding::root_layout(int top) const {
    const BoxGroup& group = groups_.group(top);
    if (group.external) return group.external->layout;
    const auto largest =
        std::ranges::max_element(group.members, {}, [&](ValueId value) { return element_count(graph_.value(value).shape); });
    const PreferredLayout& preferred = table_.preference(*largest);
    if (preferred.order.rank() == 0) return dense_in_order_of(preferred.layout, group.box.extents());
    PreferredLayout pitched{.order = preferred.order};
    for (const ValueId member : group.members) {
        const PreferredLayout& wish = table_.preference(member);
        if (wish.order != preferred.order || wish.pitch_multiple <= pitched.pitch_multiple) continue;
        pitched.row_axes = wish.row_axes;
        pitched.pitch_multiple = wish.pitch_multiple;
    }
    return pitched_layout(group.box.extents(), pitched);
}

Region Embedding::region_of(ValueId value) const {
    return box_region(groups_.group_of(value), groups_.box_of(value));
}

Region Embedding::box_region(int group, const Box& box) const {
    const Region& whole = region_of_group(group);
    const Dims& origin = groups_.group(group).box.low;
    Region region{whole.offset, {box.extents(), whole.layout.strides}};
    for (int i = 0; i < origin.rank(); ++i) region.offset += (box.low[i] - origin[i]) * whole.layout.strides[i];
    return region;
}

std::optional<Embedding::Place> Embedding::place_of(const Link& link) const {
    const int top = this->top(groups_.group_of(link.parent));
    const Region parent = region_of(link.parent);
    const auto& view = table_.relations[slot(link.relation)].view;
    if (const auto* permute = std::get_if<PermuteRelation>(&view)) {
        const bool forward = permute->result == link.own;
        const Dims order = forward ? permute->permutation : inverse(permute->permutation);
        return Place{top, {parent.offset, parent.layout.permute(order)}};
    }
    auto layout = parent.layout.reshape(graph_.value(link.own).shape);
    if (!layout) return std::nullopt;
    return Place{top, {parent.offset, *layout}};
}

bool Embedding::replace_all(int group) {
    std::vector<int> open{group};
    while (!open.empty()) {
        const int next = open.back();
        open.pop_back();
        const Link& link = links_[slot(next)];
        auto place = link.relation < 0 ? Place{next, {0, root_layout(next)}} : place_of(link);
        if (!place) return false;
        places_[slot(next)] = *place;
        open.insert(open.end(), children_[slot(next)].begin(), children_[slot(next)].end());
    }
    return true;
}

bool Embedding::can_become_top(int group) const {
    if (groups_.group(top(group)).external && top(group) != group) return false;
    for (int g = group; links_[slot(g)].relation >= 0; g = groups_.group_of(links_[slot(g)].parent)) {
        if (!groups_.fills_group(links_[slot(g)].parent)) return false;
    }
    return true;
}

void Embedding::set_link(int group, const Link& link) {
    if (links_[slot(group)].relation >= 0) {
        auto& siblings = children_[slot(groups_.group_of(links_[slot(group)].parent))];
        // What was linked last is what gets unlinked, nearly always.
        siblings.erase(std::find(siblings.rbegin(), siblings.rend(), group).base() - 1);
    }
    links_[slot(group)] = link;
    if (link.relation >= 0) children_[slot(groups_.group_of(link.parent))].push_back(group);
}

void Embedding::make_top(int group) {
    Link link = links_[slot(group)];
    set_link(group, {});
    while (link.relation >= 0) {
        const int above = groups_.group_of(link.parent);
        const Link next = links_[slot(above)];
        set_link(above, {link.parent, link.own, link.relation});
        link = next;
    }
}

bool Embedding::suits_readers(int group) const {
    const auto suits = [&](ValueId value) {
        if (!read_by_kernel_[static_cast<std::size_t>(value.index)]) return true;
        return memory_order(region_of(value).layout) == memory_order(table_.preferred_layout(value));
    };
    std::vector<int> open{group};
    while (!open.empty()) {
        const int next = open.back();
        open.pop_back();
        if (!std::ranges::all_of(groups_.group(next).members, suits)) return false;
        open.insert(open.end(), children_[slot(next)].begin(), children_[slot(next)].end());
    }
    return true;
}

bool Embedding::try_link(int child, const Link& link, bool must_suit_readers) {
    if (!groups_.fills_group(link.own) || groups_.group(child).external || !can_become_top(child) || !place_of(link))
        return false;
    const int old_top = top(child);
    make_top(child);
    set_link(child, link);
    if (replace_all(child) && (!must_suit_readers || suits_readers(child))) return true;
    set_link(child, {});
    make_top(old_top);
    replace_all(old_top);
    return false;
}

std::string Embedding::embed(int relation) {
    const auto [source, result] = data_flow(table_.relations[slot(relation)]);
    const int source_group = groups_.group_of(source);
    const int result_group = groups_.group_of(result);
    if (top(source_group) == top(result_group)) {
        return fmt::format("{} and {} already lie in one buffer", graph_.value(source).name, graph_.value(result).name);
    }
    if (try_link(result_group, {result, source, relation}, false)) return {};
    if (try_link(source_group, {source, result, relation}, true)) return {};
    return fmt::format("no strides that suit its readers let {} be seen as {}", graph_.value(source).name,
                       graph_.value(result).name);
}

}  // namespace abut::planning
