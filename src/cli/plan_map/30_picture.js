// SPDX-License-Identifier: Apache-2.0
// Draws one plan: time to the right, addresses upwards.

const style_colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function colours_now() {
  const names = ["page", "ink", "quiet", "line", "plain", "root", "copy", "conversion", "mark"];
  return Object.fromEntries(names.map((name) => [name, style_colour(`--${name}`)]));
}

function hatch(context, colour, rising) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const lines = tile.getContext("2d");
  lines.strokeStyle = colour;
  lines.lineWidth = 1.5;
  lines.beginPath();
  for (const shift of [-6, 0, 6]) {
    lines.moveTo(shift, rising ? 6 : 0);
    lines.lineTo(shift + 6, rising ? 0 : 6);
  }
  lines.stroke();
  return context.createPattern(tile, "repeat");
}

// 1, 2 or 5 times a power of ten, so that about `count` lie in `span`.
function round_distance(span, count) {
  const rough = Math.max(span / count, 1);
  const power = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].map((factor) => factor * power).find((distance) => distance >= rough);
}

function rectangle(to, first, last, begin, end) {
  const x = to.x(first);
  const y = to.y(end);
  return [x, y, Math.max(to.x(last + 1) - x, 1), Math.max(to.y(begin) - y, 0.75)];
}

class Picture {
  constructor(plan, canvas) {
    this.plan = plan;
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  projection() {
    return projection(this.plan, this.canvas.clientWidth, this.canvas.clientHeight);
  }

  draw(selected) {
    const { context, canvas } = this;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (width === 0 || height === 0) return;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const colours = colours_now();
    const to = this.projection();
    context.save();
    context.beginPath();
    context.rect(margin.left, 0, width - margin.left, height - margin.bottom);
    context.clip();
    this.draw_roots(to, colours);
    this.draw_items(to, colours);
    this.draw_selection(to, colours, selected);
    context.restore();
    this.draw_axes(to, colours, width, height);
  }

  is_visible(to, first, last, begin, end) {
    const [x, y, width, height] = rectangle(to, first, last, begin, end);
    return x < this.canvas.clientWidth && x + width > margin.left && y < this.canvas.clientHeight && y + height > 0;
  }

  draw_roots(to, colours) {
    const { context } = this;
    context.strokeStyle = colours.line;
    context.fillStyle = colours.root;
    for (const root of this.plan.roots) {
      const box = [Math.max(root.first_step, 0), root.last_step, root.address, root.address + root.size_bytes];
      if (!root.drawn || !this.is_visible(to, ...box)) continue;
      const drawn = rectangle(to, ...box);
      context.fillRect(...drawn);
      context.lineWidth = 1;
      context.strokeRect(...drawn);
    }
  }

  draw_items(to, colours) {
    const { context } = this;
    const hatches = { copy: hatch(context, colours.copy, true), conversion: hatch(context, colours.conversion, false) };
    for (const entry of this.plan.items) {
      if (!this.is_visible(to, entry.first, entry.last, entry.begin, entry.end)) continue;
      const drawn = rectangle(to, entry.first, entry.last, entry.begin, entry.end);
      context.globalAlpha = entry.moves ? 0.45 : 0.85;
      context.fillStyle = colour_of(entry.value) || colours.plain;
      context.fillRect(...drawn);
      context.globalAlpha = 1;
      if (entry.moves) {
        context.fillStyle = hatches[entry.moves];
        context.fillRect(...drawn);
      }
      if (drawn[2] > 5 && drawn[3] > 5) {
        context.strokeStyle = entry.moves ? colours[entry.moves] : colours.page;
        context.lineWidth = 1;
        context.strokeRect(drawn[0] + 0.5, drawn[1] + 0.5, drawn[2] - 1, drawn[3] - 1);
      }
    }
  }

  draw_selection(to, colours, selected) {
    const { context } = this;
    for (const [index, entry] of selected_items(this.plan, selected).entries()) {
      const [x, y, width, height] = rectangle(to, entry.first, entry.last, entry.begin, entry.end);
      context.lineWidth = 4;
      context.strokeStyle = colours.page;
      context.strokeRect(x - 1, y - 1, width + 2, height + 2);
      context.lineWidth = 2;
      context.setLineDash(index === 0 ? [] : [5, 3]);
      context.strokeStyle = colours.ink;
      context.strokeRect(x - 1, y - 1, width + 2, height + 2);
      context.setLineDash([]);
    }
  }

  draw_axes(to, colours, width, height) {
    const { context } = this;
    context.font = '12px system-ui, "Liberation Sans", Arial, sans-serif';
    context.fillStyle = colours.quiet;
    context.strokeStyle = colours.line;
    context.lineWidth = 1;
    context.strokeRect(margin.left - 0.5, margin.top - 0.5, width - margin.left - margin.right + 1, height - margin.top - margin.bottom + 1);
    context.textAlign = "center";
    context.textBaseline = "top";
    const steps = [to.step(margin.left), to.step(width - margin.right)];
    const every = round_distance(steps[1] - steps[0], (width - margin.left) / 70);
    for (let step = Math.ceil(steps[0] / every) * every; step < steps[1]; step += every) {
      context.fillRect(to.x(step + 0.5), height - margin.bottom, 1, 4);
      context.fillText(`${step === 0 ? "step " : ""}${grouped(step)}`, Math.max(to.x(step + 0.5), margin.left + 14), height - margin.bottom + 6);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    const [low, high] = scale.address;
    const bytes = round_distance(high - low, height / 45);
    for (let address = Math.ceil(low / bytes) * bytes; address <= Math.min(high, this.plan.totals.arena_bytes); address += bytes) {
      context.fillRect(margin.left - 5, to.y(address), 4, 1);
      context.fillText(short_bytes(address), margin.left - 8, Math.max(to.y(address), margin.top + 6));
    }
    const arena_bytes = this.plan.totals.arena_bytes;
    this.draw_level(to, colours, arena_bytes, "arena ends", colours.ink, [], -1);
    this.draw_level(to, colours, this.plan.totals.lower_bound_bytes, "lower bound", colours.mark, [3, 3], 1);
    if (to.y(arena_bytes) - Math.max(to.y(this.plan.address_end), margin.top) < 16) return;
    this.draw_label("inputs and outputs", colours, colours.quiet, to.y(arena_bytes) - 2);
  }

  draw_level(to, colours, address, text, colour, dash, side) {
    const { context, canvas } = this;
    const y = to.y(address);
    if (y < margin.top || y > canvas.clientHeight - margin.bottom || address <= 0) return;
    context.strokeStyle = colour;
    context.setLineDash(dash);
    context.beginPath();
    context.moveTo(margin.left, y);
    context.lineTo(canvas.clientWidth - margin.right, y);
    context.stroke();
    context.setLineDash([]);
    const above = side < 0 && y > margin.top + 16;
    this.draw_label(`${text}: ${short_bytes(address)}`, colours, colour, above ? y - 2 : y + 16, true);
  }

  draw_label(text, colours, colour, bottom, at_right = false) {
    const { context, canvas } = this;
    context.textAlign = at_right ? "right" : "left";
    context.textBaseline = "bottom";
    const wide = context.measureText(text).width;
    const x = at_right ? canvas.clientWidth - margin.right - 4 : margin.left + 8;
    context.globalAlpha = 0.85;
    context.fillStyle = colours.page;
    context.fillRect(at_right ? x - wide - 3 : x - 3, bottom - 14, wide + 6, 15);
    context.globalAlpha = 1;
    context.fillStyle = colour;
    context.fillText(text, x, bottom);
  }

  // The smallest rectangle under a point: a value, else a root.
  find(x, y) {
    const to = this.projection();
    const [step, address] = [to.step(x), to.address(y)];
    const [slack, wide] = [to.bytes_per_pixel, to.time_per_pixel * this.plan.steps.length];
    const inside = (entry) => entry.first <= step + wide && step < entry.last + 1 + wide / 2 && entry.begin - slack <= address && address < entry.end + slack;
    let found = null;
    for (const entry of this.plan.items) {
      if (inside(entry) && (!found || entry.end - entry.begin <= found.end - found.begin)) found = entry;
    }
    if (found) return { plan: this.plan, value: found.value, step: found.step };
    const root = this.plan.roots.findIndex((candidate) => candidate.drawn &&
      inside({ first: candidate.first_step, last: candidate.last_step, begin: candidate.address, end: candidate.address + candidate.size_bytes }));
    return root < 0 ? null : { plan: this.plan, root };
  }
}

// Where a value lies in a plan: its home, then the places that it is copied to.
function selected_items(plan, selected) {
  if (!selected) return [];
  if (selected.value === undefined) {
    if (selected.plan !== plan) return [];
    const root = plan.roots[selected.root];
    return [item(plan, root, [0, 1], root.first_step, root.last_step, {})];
  }
  const placement = plan.placement_of.get(selected.value);
  const home = placement && plan.roots[placement.root].drawn
    ? [item(plan, plan.roots[placement.root], placement.strip, placement.first_step, placement.last_step, { value: selected.value })] : [];
  return [...home, ...plan.items.filter((entry) => entry.value === selected.value && entry.step !== undefined)];
}
