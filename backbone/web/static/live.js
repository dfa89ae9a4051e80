// A screen that stays open: rows that changed are sent by the server (text/event-stream) as HTML and put in their places.
// What a person has ticked and where they are stays. Without this script the page has a link to load it again.
"use strict";

(() => {
  const screen = document.querySelector("[data-live]");
  if (!screen || !window.EventSource) return;
  const reload = document.getElementById("reload");
  const told = document.getElementById("told");
  const source = new EventSource(screen.dataset.live);

  source.addEventListener("open", () => { reload.hidden = true; });
  source.addEventListener("error", () => { reload.hidden = source.readyState !== EventSource.CLOSED; });
  source.addEventListener("change", (message) => {
    const change = JSON.parse(message.data);
    for (const [name, section] of Object.entries(change.sections)) update(document.getElementById(name), section);
    const done = document.getElementById("all-done");
    if (done) done.hidden = !change.nothing;
    if (change.said) told.textContent = change.said;
  });

  function update(place, section) {
    if (!place) return;
    const body = place.querySelector("tbody");
    const old = new Map([...body.rows].map((row) => [row.dataset.key, row]));
    let next = body.rows[0] || null;
    for (const key of section.order) {
      const before = old.get(key);
      const row = key in section.rows ? made(section.rows[key]) : before;
      if (!row) continue;
      if (before && row !== before) {
        keep(before, row);
        if (next === before) next = row;
        before.replaceWith(row);
        refocus(before, row);
      }
      old.delete(key);
      if (row === next) next = row.nextElementSibling;
      else body.insertBefore(row, next);
    }
    for (const row of old.values()) row.remove();
    place.hidden = section.order.length === 0;
    place.querySelector("[data-count]").textContent = section.count;
    place.querySelector("[data-more]").hidden = !section.more;
  }

  function made(html) {
    const template = document.createElement("template");
    template.innerHTML = html.trim();
    return template.content.firstElementChild;
  }

  function keep(before, row) {
    const [was, is] = [before, row].map((each) => each.querySelector("input[type=checkbox]"));
    if (was && is) is.checked = was.checked;
    row.focused = [...before.querySelectorAll("a, input")].indexOf(document.activeElement);
  }

  function refocus(before, row) {
    if (row.focused >= 0) [...row.querySelectorAll("a, input")][row.focused]?.focus();
  }
})();
