// SPDX-License-Identifier: Apache-2.0
// What is known of a value or a root. Names come from models: they are set as text, never as HTML.

const most_listed = 40;

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function value_link(value, text) {
  const link = element("button", { type: "button", className: "link", textContent: text || data.values[value].name });
  link.addEventListener("click", () => pin({ value }));
  return link;
}

// A long list of the same is cut; what it leaves out is counted.
function listing(entries) {
  const list = element("ul", {}, ...entries.slice(0, most_listed).map((entry) => element("li", {}, entry)));
  if (entries.length > most_listed) list.append(element("li", { textContent: `and ${grouped(entries.length - most_listed)} more` }));
  return list;
}

function definitions(pairs) {
  const list = element("dl");
  for (const [term, content] of pairs) {
    if (content !== null) list.append(element("dt", { textContent: term }), element("dd", {}, content));
  }
  return list;
}

const step_text = (plan, step) => step < 0 ? "before the first step" : `step ${grouped(step)}: ${plan.steps[step].name} (${plan.steps[step].operation})`;

function root_text(plan, index) {
  const root = plan.roots[index];
  const where = root.kind === "arena" ? `arena, byte ${grouped(root.arena_offset_bytes)}` : `${root.kind} ${root.name}`;
  return `${index} (${where}; ${grouped(root.size_bytes)} bytes)`;
}

function producer_text(plan, value) {
  const step = plan.producer_of.get(value);
  if (step !== undefined) return step_text(plan, step);
  const concat = concat_of_result.get(value);
  return concat === undefined ? "no step: an input, or a view of other values" : "no step of its own: the operands below make it up";
}

function consumers(plan, value) {
  const readers = (plan.readers_of.get(value) || []).map((step) => step_text(plan, step));
  for (const concat of concats_of.get(value) || []) {
    const steps = plan.readers_of.get(data.concats[concat].result) || [];
    readers.push(`as part of ${data.concats[concat].name}: ${steps.length === 0 ? "no step itself" : steps.map((step) => `step ${grouped(step)}`).join(", ")}`);
  }
  return readers.length === 0 ? "none" : listing(readers);
}

// The concats of an operand; those that are realised alike are one line.
function placements_as_operand(plan, value) {
  const alike = new Map();
  for (const concat of concats_of.get(value) || []) {
    for (const operand of plan.decisions[concat].filter((entry) => entry.value === value)) {
      list_into(alike, `${operand.how}\n${operand.reason || ""}\n${operand.alignment_bytes}`, { concat, operand });
    }
  }
  return [...alike.values()].map((group) => {
    const { operand } = group[0];
    const names = group.slice(0, 6).map(({ concat }) => data.concats[concat].name).join(", ");
    const rest = group.length > 6 ? ` and ${grouped(group.length - 6)} more` : "";
    const offset = group.length === 1 ? ` at byte ${grouped(operand.offset_bytes)}` : "";
    const because = operand.reason ? `; ${operand.reason}` : "";
    return element("span", { className: operand.how === "copy" ? "copied" : "", textContent:
      `${operand.how} in ${names}${rest}${offset}, guard ${operand.alignment_bytes} bytes${because}` });
  });
}

function operands_of(plan, concat) {
  return plan.decisions[concat].map((operand) => element("span", { className: operand.how === "copy" ? "copied" : "" },
    value_link(operand.value), ` ${operand.how}, byte ${grouped(operand.offset_bytes)}, guard ${operand.alignment_bytes}${operand.reason ? `; ${operand.reason}` : ""}`));
}

function home_of(plan, value, placement) {
  const { shape, dtype } = data.values[value];
  const moved = plan.move_of.get(value);
  return [
    ["root", root_text(plan, placement.root)],
    ["offset", `byte ${grouped(placement.offset_bytes)} of the root`],
    ["strides", placement.strides_bytes.length === 0 ? "none (a scalar)" : `${placement.strides_bytes.map(grouped).join(" · ")} bytes`],
    ["guard", `multiples of ${guard_of(placement, shape, element_bytes(dtype))} bytes`],
    ["lives", `steps ${grouped(Math.max(placement.first_step, 0))} to ${grouped(placement.last_step)}`],
    ["moved", moved ? (moved === "copy" ? "a copy writes it" : "a conversion to another layout writes it") : null],
  ];
}

function value_in_plan(plan, value) {
  const placement = plan.placement_of.get(value);
  const part = [element("h3", { textContent: `With ${plan.concat}` })];
  part.push(definitions([...(placement ? home_of(plan, value, placement) : [["root", "none: it is never in one piece"]]),
    ["written by", producer_text(plan, value)], ["read by", consumers(plan, value)]]));
  const operand = placements_as_operand(plan, value);
  if (operand.length > 0) part.push(element("h3", { textContent: "As an operand" }), listing(operand));
  const concat = concat_of_result.get(value);
  if (concat !== undefined) part.push(element("h3", { textContent: `Operands, along axis ${data.concats[concat].axis}` }), listing(operands_of(plan, concat)));
  return part;
}

const element_bytes = (dtype) => ({ float32: 4, float16: 2, int64: 8, int32: 4, uint8: 1, bool: 1 })[dtype] || 4;

function value_panel(value, plans) {
  const { name, dtype, shape } = data.values[value];
  const bytes = shape.reduce((product, extent) => product * extent, element_bytes(dtype));
  return [element("h2", { textContent: name }),
    definitions([["shape", shape.length === 0 ? "scalar" : shape.join(" × ")], ["dtype", dtype], ["size", `${grouped(bytes)} bytes`]]),
    ...plans.flatMap((plan) => value_in_plan(plan, value))];
}

function root_panel(plan, index) {
  const root = plan.roots[index];
  const inside = plan.placements.filter((placement) => placement.root === index);
  return [element("h2", { textContent: `Root ${index} of the plan with ${plan.concat}` }),
    definitions([["kind", root.kind], ["name", root.name || null], ["size", `${grouped(root.size_bytes)} bytes`],
      ["arena offset", root.kind === "arena" ? `byte ${grouped(root.arena_offset_bytes)}` : null],
      ["lives", `steps ${root.first_step} to ${root.last_step}`]]),
    element("h3", { textContent: `Values in it: ${grouped(inside.length)}` }),
    listing(inside.map((placement) => element("span", {}, value_link(placement.value), ` at byte ${grouped(placement.offset_bytes)}`)))];
}

function show_panel(selected, state, plans) {
  const panel = document.getElementById("panel");
  if (!selected) {
    panel.replaceChildren(element("p", { className: "state", textContent: "Point at a rectangle, or search for a value." }));
    return;
  }
  const content = selected.value === undefined ? root_panel(selected.plan, selected.root) : value_panel(selected.value, plans);
  panel.replaceChildren(element("p", { className: "state", textContent: state }), ...content);
}
