// SPDX-License-Identifier: Apache-2.0
// A field that finds values by a part of their names.

const most_matches = 50;

function matching_values(text) {
  const wanted = text.toLowerCase();
  const found = placed_values.filter((value) => data.values[value].name.toLowerCase().includes(wanted));
  return found.sort((a, b) => data.values[a].name.length - data.values[b].name.length || a - b);
}

function start_search(choose) {
  const field = document.getElementById("search");
  const list = document.getElementById("matches");
  let matches = [];
  let active = 0;

  const close = () => {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  };
  const take = (value) => {
    field.value = data.values[value].name;
    close();
    choose(value);
  };
  const mark = () => {
    [...list.querySelectorAll('[role="option"]')].forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    const option = document.getElementById(`match-${active}`);
    if (!option) return;
    field.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  };
  const open = () => {
    const all = field.value === "" ? [] : matching_values(field.value);
    matches = all.slice(0, most_matches);
    active = 0;
    const options = matches.map((value, index) => {
      const option = element("li", { id: `match-${index}`, role: "option", textContent: data.values[value].name });
      option.addEventListener("mousedown", (event) => { event.preventDefault(); take(value); });
      return option;
    });
    const more = all.length - matches.length;
    const note = field.value === "" ? "" : all.length === 0 ? "no value of this name" : more > 0 ? `and ${grouped(more)} more` : "";
    list.replaceChildren(...options, ...(note ? [element("li", { className: "more", role: "presentation", textContent: note })] : []));
    list.hidden = field.value === "";
    field.setAttribute("aria-expanded", String(!list.hidden));
    mark();
  };

  field.addEventListener("input", open);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move && matches.length > 0 && !list.hidden) {
      active = (active + move + matches.length) % matches.length;
      mark();
      event.preventDefault();
    } else if (event.key === "Enter" && matches.length > 0 && !list.hidden) {
      take(matches[active]);
    } else if (event.key === "Escape") {
      close();
    }
  });
}
