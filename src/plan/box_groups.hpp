// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/box_index.hpp"
#include "plan/liveness.hpp"

namespace abut::planning {

/// Memory of the caller's, or a constant: its extents and layout are given.
struct External {
    RootKind kind = RootKind::Input;
    int port = -1;
    ValueId constant;
    Layout layout;
    Alignment alignment;
};

/// A box that something writes in place (a kernel, a copy, the caller), while its elements are needed.
struct Atom {
    Box box;
    LiveRange life;
    ValueId value;
};

/// Values that lie at fixed distances from each other in one N-dimensional box.
struct BoxGroup {
    Box box;
    std::vector<ValueId> members;
    std::vector<Atom> atoms;  ///< in the coordinates of the group
    BoxIndex index;           ///< of the first atoms by their place; filled when it is asked
    std::optional<External> external;
};

/// A union-find whose edges carry offset vectors: box relations merge groups where no two different values that live at
/// the same time would overlap in space.
class BoxGroups {
public:
    BoxGroups(const Graph& graph, const RelationTable& table, const std::vector<LiveRange>& ranges);

    /// Makes `part` the box of `whole` at `begin`. Returns why not, or an empty text.
    std::string merge(const BoxRelation& relation);
    /// What merge() would say; changes nothing.
    std::string why_not(const BoxRelation& relation);
    /// A copy will write the part of a relation that was dropped. False if those bytes are taken by another value.
    bool add_copy(const BoxRelation& relation);
    /// The bytes that a copy would write get written as early as `node` instead. The value that has them then, if one has;
    /// it keeps them.
    std::optional<ValueId> write_copy_at(const BoxRelation& relation, NodeId node);

    [[nodiscard]] int group_of(ValueId value) const { return group_[static_cast<std::size_t>(value.index)]; }
    [[nodiscard]] const BoxGroup& group(int index) const { return groups_[static_cast<std::size_t>(index)]; }
    [[nodiscard]] BoxGroup& group(int index) { return groups_[static_cast<std::size_t>(index)]; }
    [[nodiscard]] int count() const { return static_cast<int>(groups_.size()); }
    /// Where `value` lies in the coordinates of its group.
    [[nodiscard]] Box box_of(ValueId value) const;
    /// Whether `value` fills its group's box.
    [[nodiscard]] bool fills_group(ValueId value) const;

private:
    /// Where the copy of a relation that was dropped writes, in the coordinates of the target's group.
    [[nodiscard]] Box copied_box(const BoxRelation& relation) const;
    [[nodiscard]] std::string conflict(BoxGroup& stays, BoxGroup& moves, const Dims& shift) const;
    void absorb(int stays, int moves, const Dims& shift);

    const Graph& graph_;
    const std::vector<LiveRange>& ranges_;
    std::vector<BoxGroup> groups_;
    std::vector<int> group_;      // by value
    std::vector<Dims> position_;  // by value, of its low corner
};

}  // namespace abut::planning
