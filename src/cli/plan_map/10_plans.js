// SPDX-License-Identifier: Apache-2.0
// The data of the page, and what is looked up in it.

const palette = ["#4e79a7", "#f28e2b", "#59a14f", "#b07aa1", "#e15759", "#39a9b8", "#d4a72c", "#9c755f", "#e377a8", "#7a9a01"];
const data = JSON.parse(document.getElementById("data").textContent);

const grouped = (number) => number.toLocaleString("en-US");

function short_bytes(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let amount = bytes;
  for (; amount >= 1000 && unit + 1 < units.length; ++unit) amount /= 1000;
  return `${unit === 0 ? amount : amount.toPrecision(3)} ${units[unit]}`;
}

function list_into(map, key, entry) {
  if (!map.has(key)) map.set(key, []);
  map.get(key).push(entry);
}

// Which concats a value is an operand of, by value.
const concats_of = new Map();
data.plans[0].decisions.forEach((operands, concat) => operands.forEach((operand) => {
  const known = concats_of.get(operand.value);
  if (!known || known[known.length - 1] !== concat) list_into(concats_of, operand.value, concat);
}));
const concat_of_result = new Map(data.concats.map((concat, index) => [concat.result, index]));

// A value has the colour of the first concat that it is an operand of, so that the parts of one buffer differ.
function colour_of(value) {
  const concats = concats_of.get(value);
  return concats ? palette[concats[0] % palette.length] : null;
}

// Roots of the caller's memory are drawn above the arena, each at an address of its own.
function place_roots(plan) {
  let address = plan.totals.arena_bytes;
  for (const root of plan.roots) {
    root.drawn = root.kind !== "constant" && root.size_bytes > 0 && root.last_step >= root.first_step;
    root.address = root.kind === "arena" ? root.arena_offset_bytes : address;
    if (root.drawn && root.kind !== "arena") address += root.size_bytes;
  }
  plan.address_end = Math.max(address, 1);
}

/** A rectangle of a map: a value, or what a copy writes. */
function item(plan, root, strip, first, last, more) {
  const begin = root.address + strip[0] * root.size_bytes;
  return { root, first: Math.max(first, root.first_step, 0), last, begin, end: root.address + strip[1] * root.size_bytes, ...more };
}

function items_of(plan) {
  const written = new Set(plan.steps.flatMap((step) => step.writes));
  const items = [];
  for (const placement of plan.placements) {
    const root = plan.roots[placement.root];
    if (!root.drawn || !(written.has(placement.value) || root.kind === "input")) continue;
    items.push(item(plan, root, placement.strip, placement.first_step, placement.last_step, { value: placement.value, moves: "" }));
  }
  plan.steps.forEach((step, index) => {
    for (const place of step.also_at || []) {
      const root = plan.roots[place.root];
      items.push(item(plan, root, place.strip, index, root.last_step, { value: step.writes[0], moves: "", step: index }));
    }
    if (!step.moves || step.writes.length > 0) return;
    const whole = step.concat === undefined ? undefined : plan.placement_of.get(data.concats[step.concat].result);
    const last = whole ? whole.last_step : plan.roots[step.root].last_step;
    items.push(item(plan, plan.roots[step.root], step.strip, index, last, { value: step.reads[0], moves: step.moves, step: index }));
  });
  for (const entry of items) entry.moves = entry.moves || plan.move_of.get(entry.value) || "";
  return items.sort((a, b) => a.first - b.first);
}

for (const plan of data.plans) {
  plan.placement_of = new Map(plan.placements.map((placement) => [placement.value, placement]));
  plan.producer_of = new Map();
  plan.readers_of = new Map();
  plan.move_of = new Map();
  plan.steps.forEach((step, index) => {
    for (const value of step.writes) plan.producer_of.set(value, index);
    for (const value of step.writes) if (step.moves) plan.move_of.set(value, step.moves);
    for (const value of new Set(step.reads)) list_into(plan.readers_of, value, index);
  });
  place_roots(plan);
  plan.items = items_of(plan);
}

// Values that have a home in one of the plans; constants have none here.
const placed_values = [...new Set(data.plans.flatMap((plan) => [...plan.placement_of.keys()]))];

// The largest power of two, up to 4096, that divides the offset and the strides.
function guard_of(placement, shape, element_bytes) {
  let guard = 4096;
  const limit = (bytes) => { while (bytes % guard !== 0) guard /= 2; };
  limit(placement.offset_bytes);
  placement.strides_bytes.forEach((stride, axis) => { if (shape[axis] > 1 && stride !== element_bytes) limit(stride); });
  return guard;
}
