// SPDX-License-Identifier: Apache-2.0
#include "plan/embedding.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "plan/memory_order.hpp"

namespace abut::planning {
namespace {

std::size_t slot(int index) {
    return static_cast<std::size_t>(index);
}

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

Embedding::Embedding(const Graph& graph, const RelationTable& table, const BoxGroups& groups, const OpTraits& traits)
    : graph_(graph),
      table_(table),
      groups_(groups),
      traits_(traits),
      read_by_kernel_(values_read_by_kernels(graph, table)),
      links_(slot(groups.count())),
      children_(slot(groups.count())) {}

int Embedding::top(int group) const {
    while (links_[slot(group)].relation >= 0) group = groups_.group_of(links_[slot(group)].parent);
    return group;
}

Layout Embedding::root_layout(int top) const {
    const BoxGroup& group = groups_.group(top);
    if (group.external) return group.external->layout;
    const auto largest =
        std::ranges::max_element(group.members, {}, [&](ValueId value) { return element_count(graph_.value(value).shape); });
    return dense_in_order_of(traits_.preferred_layout(graph_, *largest), group.box.extents());
}

std::optional<Region> Embedding::region_of(ValueId value) const {
    return box_region(groups_.group_of(value), groups_.box_of(value));
}

std::optional<Region> Embedding::box_region(int group, const Box& box) const {
    auto whole = group_region(group);
    if (!whole) return std::nullopt;
    const Dims& origin = groups_.group(group).box.low;
    Region region{whole->offset, {box.extents(), whole->layout.strides}};
    for (int i = 0; i < origin.rank(); ++i) region.offset += (box.low[i] - origin[i]) * whole->layout.strides[i];
    return region;
}

std::optional<Region> Embedding::group_region(int group) const {
    const Link& link = links_[slot(group)];
    if (link.relation < 0) return Region{0, root_layout(group)};
    auto parent = region_of(link.parent);
    if (!parent) return std::nullopt;
    const auto& view = table_.relations[slot(link.relation)].view;
    if (const auto* permute = std::get_if<PermuteRelation>(&view)) {
        const bool forward = permute->result == link.own;
        return Region{parent->offset,
                      parent->layout.permute(forward ? permute->permutation : inverse(permute->permutation))};
    }
    auto layout = parent->layout.reshape(graph_.value(link.own).shape);
    if (!layout) return std::nullopt;
    return Region{parent->offset, *layout};
}

bool Embedding::can_say_all(int group) const {
    if (!group_region(group)) return false;
    return std::ranges::all_of(children_[slot(group)], [&](int child) { return can_say_all(child); });
}

bool Embedding::can_become_top(int group) const {
    if (groups_.group(top(group)).external && top(group) != group) return false;
    for (int g = group; links_[slot(g)].relation >= 0; g = groups_.group_of(links_[slot(g)].parent)) {
        if (!groups_.fills_group(links_[slot(g)].parent)) return false;
    }
    return true;
}

void Embedding::set_link(int group, const Link& link) {
    if (links_[slot(group)].relation >= 0) std::erase(children_[slot(groups_.group_of(links_[slot(group)].parent))], group);
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
        return memory_order(region_of(value)->layout) == memory_order(traits_.preferred_layout(graph_, value));
    };
    return std::ranges::all_of(groups_.group(group).members, suits) &&
           std::ranges::all_of(children_[slot(group)], [&](int child) { return suits_readers(child); });
}

bool Embedding::try_link(int child, const Link& link, bool must_suit_readers) {
    if (!groups_.fills_group(link.own) || !can_become_top(child) || groups_.group(child).external) return false;
    const int old_top = top(child);
    make_top(child);
    set_link(child, link);
    if (can_say_all(child) && (!must_suit_readers || suits_readers(child))) return true;
    set_link(child, {});
    make_top(old_top);
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
