// SPDX-License-Identifier: Apache-2.0
// Puts the page together: totals, pictures, what is pinned, what is pointed at.

const pictures = [];
let pinned = null;
let pointed = null;
let waiting = false;

const shown_pictures = () => pictures.filter((picture) => !picture.canvas.closest("figure").hidden);

function redraw() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    for (const picture of shown_pictures()) picture.draw(pointed || pinned);
  });
}

function refresh() {
  show_panel(pointed || pinned, pointed && pinned ? "pointed at" : pinned ? "pinned" : "click to pin", shown_pictures().map((picture) => picture.plan));
  redraw();
}

// #value=NAME is a link to a value.
function fragment_of(selected) {
  return selected && selected.value !== undefined ? `#value=${encodeURIComponent(data.values[selected.value].name)}` : "#";
}

function pin(selected) {
  pinned = selected;
  pointed = null;
  history.replaceState(null, "", fragment_of(selected));
  refresh();
}

function pin_fragment() {
  const match = /^#value=(.*)$/s.exec(location.hash);
  if (!match) return;
  let name = match[1];
  try {
    name = decodeURIComponent(name);
  } catch {
    return;  // not a name that fragment_of wrote
  }
  const value = placed_values.find((candidate) => data.values[candidate].name === name);
  if (value !== undefined) pin({ value });
}

function fill_totals() {
  const [slices, copies] = data.plans.map((plan) => plan.totals);
  const rows = [["arena bytes", "arena_bytes"], ["bytes copied", "copied_bytes"], ["bytes converted", "conversion_bytes"], ["lower bound, bytes", "lower_bound_bytes"]];
  const cells = rows.map(([title, field]) => [title, slices[field], copies[field]]);
  cells.splice(2, 0, [`concats placed, of ${grouped(slices.concats.total)}`, slices.concats.placed, copies.concats.placed]);
  const heading = (text, scope) => element("th", { textContent: text, scope });
  document.getElementById("totals").append(
    element("thead", {}, element("tr", {}, element("td"), ...cells.map(([title]) => heading(title, "col")))),
    element("tbody", {}, ...data.plans.map((plan, index) => element("tr", {}, heading(`with ${plan.concat}`, "row"),
      ...cells.map((cell) => element("td", { textContent: grouped(cell[1 + index]) }))))));
}

// The value that follows in time, or in address among those that live at the same time.
function neighbour(plan, key) {
  const items = plan.items.filter((entry) => entry.step === undefined);
  const at = pinned && pinned.value !== undefined ? items.findIndex((entry) => entry.value === pinned.value) : -1;
  if (at < 0) return items[0];
  const along = { ArrowRight: 1, ArrowLeft: -1 }[key];
  if (along) return items[Math.min(Math.max(at + along, 0), items.length - 1)];
  const here = items[at];
  const beside = items.filter((entry) => entry.first <= here.last && here.first <= entry.last &&
    (key === "ArrowUp" ? entry.begin >= here.end : entry.end <= here.begin));
  return beside.sort((a, b) => Math.abs(a.begin - here.begin) - Math.abs(b.begin - here.begin))[0] || here;
}

function zoom(kind) {
  if (kind === "time-in") zoom_time(middle(scale.time), 1 / 1.5);
  if (kind === "time-out") zoom_time(middle(scale.time), 1.5);
  if (kind === "address-in") zoom_address(middle(scale.address), 1 / 1.5);
  if (kind === "address-out") zoom_address(middle(scale.address), 1.5);
  if (kind === "all") show_all();
  const plan = shown_pictures()[0].plan;
  const [first] = kind === "value" ? selected_items(plan, pinned) : [];
  if (first) show_item(plan, first);
  redraw();
}

function add_keys(picture) {
  picture.canvas.addEventListener("keydown", (event) => {
    const kinds = { "+": "time-in", "=": "time-in", "-": "time-out", PageUp: "address-in", PageDown: "address-out", 0: "all", z: "value" };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key.startsWith("Arrow")) {
      const next = neighbour(picture.plan, event.key);
      if (next) pin({ value: next.value });
    } else if (event.key === "Escape") {
      pin(null);
    } else if (event.key in kinds) {
      zoom(kinds[event.key]);
    } else {
      return;
    }
    event.preventDefault();
  });
}

function add_pointer(picture) {
  const { canvas } = picture;
  let held = null;
  let moved = false;
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const to = picture.projection();
    const by = event.deltaY || event.deltaX;
    const factor = 1.0015 ** by;
    if (event.shiftKey) zoom_address(to.address(event.offsetY), factor);
    else zoom_time(to.time(event.offsetX), factor);
    redraw();
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => { held = [event.offsetX, event.offsetY]; moved = false; canvas.setPointerCapture(event.pointerId); });
  canvas.addEventListener("pointermove", (event) => {
    if (!held) {
      pointed = picture.find(event.offsetX, event.offsetY);
      refresh();
      return;
    }
    const [dx, dy] = [event.offsetX - held[0], event.offsetY - held[1]];
    if (!moved && Math.hypot(dx, dy) < 4) return;
    moved = true;
    const to = picture.projection();
    pan(-dx * to.time_per_pixel, dy * to.bytes_per_pixel);
    held = [event.offsetX, event.offsetY];
    redraw();
  });
  canvas.addEventListener("pointerup", (event) => { if (held && !moved) pin(picture.find(event.offsetX, event.offsetY)); held = null; });
  canvas.addEventListener("pointercancel", () => { held = null; });
  canvas.addEventListener("pointerleave", () => { if (!held) { pointed = null; refresh(); } });
}

function add_picture(plan) {
  const canvas = element("canvas", { tabIndex: 0 });
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", `Memory of the plan with ${plan.concat} over ${grouped(plan.steps.length)} steps; arrow keys go from value to value`);
  const caption = element("figcaption", { textContent: `With ${plan.concat} ` },
    element("span", { textContent: `${short_bytes(plan.totals.arena_bytes)} arena, ${short_bytes(plan.totals.copied_bytes)} copied, ${grouped(plan.steps.length)} steps` }));
  document.getElementById("maps").append(element("figure", {}, caption, element("div", { className: "picture" }, canvas)));
  const picture = new Picture(plan, canvas);
  pictures.push(picture);
  add_keys(picture);
  add_pointer(picture);
  new ResizeObserver(redraw).observe(canvas);
}

document.getElementById("model").textContent = data.model;
fill_totals();
data.plans.forEach(add_picture);
start_search((value) => { pin({ value }); zoom("value"); });
document.getElementById("shown").addEventListener("change", (event) => {
  for (const picture of pictures) picture.canvas.closest("figure").hidden = event.target.value !== "both" && event.target.value !== picture.plan.concat;
  refresh();
});
for (const button of document.querySelectorAll("[data-zoom]")) button.addEventListener("click", () => zoom(button.dataset.zoom));
window.addEventListener("hashchange", pin_fragment);
window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
refresh();
pin_fragment();
