// SPDX-License-Identifier: Apache-2.0
// What part of time and of the addresses the pictures show. Both plans share it: time as a part of all steps.

const address_end = Math.max(...data.plans.map((plan) => plan.address_end));
const scale = { time: [0, 1], address: [0, address_end] };
const margin = { left: 62, right: 8, top: 6, bottom: 22 };

function zoomed([begin, end], at, factor, limit, least) {
  const size = Math.min(Math.max((end - begin) * factor, least), limit);
  const start = at - (at - begin) * (size / (end - begin));
  const inside = Math.min(Math.max(start, 0), limit - size);
  return [inside, inside + size];
}

function least_time() {
  return 4 / Math.max(...data.plans.map((plan) => Math.max(plan.steps.length, 4)));
}

function zoom_time(at, factor) {
  scale.time = zoomed(scale.time, at, factor, 1, least_time());
}

function zoom_address(at, factor) {
  scale.address = zoomed(scale.address, at, factor, address_end, Math.min(256, address_end));
}

function pan(time, address) {
  const moved = ([begin, end], by, limit) => {
    const shift = Math.min(Math.max(by, -begin), limit - end);
    return [begin + shift, end + shift];
  };
  scale.time = moved(scale.time, time, 1);
  scale.address = moved(scale.address, address, address_end);
}

const middle = ([begin, end]) => (begin + end) / 2;

function show_all() {
  scale.time = [0, 1];
  scale.address = [0, address_end];
}

// Some room around, so that one sees where the value lies.
function show_item(plan, entry) {
  const steps = Math.max(plan.steps.length, 1);
  const time = [entry.first / steps, (entry.last + 1) / steps];
  show_all();
  zoom_time(middle(time), 1e-9);
  zoom_time(middle(time), Math.max((time[1] - time[0]) * 3 / (scale.time[1] - scale.time[0]), 1));
  const height = Math.max(entry.end - entry.begin, 1);
  zoom_address((entry.begin + entry.end) / 2, Math.min(height * 6 / address_end, 1));
}

/** From steps and bytes to pixels of a picture and back. */
function projection(plan, width, height) {
  const steps = Math.max(plan.steps.length, 1);
  const [t0, t1] = scale.time;
  const [a0, a1] = scale.address;
  const across = (width - margin.left - margin.right) / (t1 - t0);
  const up = (height - margin.top - margin.bottom) / (a1 - a0);
  return {
    x: (step) => margin.left + (step / steps - t0) * across,
    y: (address) => height - margin.bottom - (address - a0) * up,
    step: (x) => ((x - margin.left) / across + t0) * steps,
    time: (x) => (x - margin.left) / across + t0,
    address: (y) => (height - margin.bottom - y) / up + a0,
    time_per_pixel: 1 / across,
    bytes_per_pixel: 1 / up,
  };
}
