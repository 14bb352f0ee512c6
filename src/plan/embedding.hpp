// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/box_groups.hpp"
#include "plan/region.hpp"

namespace abut::planning {

/// Groups inside the views of values of other groups, by permute and reshape relations: a forest whose tops are the roots of
/// the plan. A group is embedded through a member that fills it.
class Embedding {
public:
    /// Of groups that don't change any more. `read_by_kernel` is by value; all of them must outlive it.
    Embedding(const Graph& graph, const RelationTable& table, const BoxGroups& groups,
              const std::vector<bool>& read_by_kernel);

    /// Makes the relation's result and source one view of the same elements. Returns why not, or an empty text.
    std::string embed(int relation);

    /// The group whose root holds the elements of `group`.
    [[nodiscard]] int top(int group) const { return places_[static_cast<std::size_t>(group)].top; }
    /// Where `value` lies in the root of its top group.
    [[nodiscard]] Region region_of(ValueId value) const;
    /// Likewise of a box in the coordinates of `group`.
    [[nodiscard]] Region box_region(int group, const Box& box) const;
    /// Likewise of all that `group` spans; of a top the whole root.
    [[nodiscard]] const Region& region_of_group(int group) const { return places_[static_cast<std::size_t>(group)].region; }
    /// The relation by which `group` is embedded; -1 for a top.
    [[nodiscard]] int relation_of(int group) const { return links_[static_cast<std::size_t>(group)].relation; }

private:
    struct Link {
        ValueId own;     ///< fills the group
        ValueId parent;  ///< value of another group that has the same elements
        int relation = -1;
    };
    struct Place {
        int top = -1;
        Region region;  ///< in the root of the top
    };
    [[nodiscard]] Layout root_layout(int top) const;
    /// Where a group with this link lies; nothing if a reshape can't be said with strides.
    [[nodiscard]] std::optional<Place> place_of(const Link& link) const;
    /// Computes the places of `group` and of all groups inside it anew. False if one of them can't be said.
    bool replace_all(int group);
    [[nodiscard]] bool can_become_top(int group) const;
    /// Whether kernels that read a member of `group` or of groups inside it find the order in memory that suits them.
    [[nodiscard]] bool suits_readers(int group) const;
    bool try_link(int child, const Link& link, bool must_suit_readers);
    void make_top(int group);
    void set_link(int group, const Link& link);

    const Graph& graph_;
    const RelationTable& table_;
    const BoxGroups& groups_;
    const std::vector<bool>& read_by_kernel_;
    std::vector<Link> links_;                 // by group
    std::vector<std::vector<int>> children_;  // by group
    std::vector<Place> places_;               // by group
};

}  // namespace abut::planning
