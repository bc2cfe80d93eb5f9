// Keys for what can be clicked: nothing here does anything that a button or a link does not.
"use strict";

const targets = new Map();
for (const element of document.querySelectorAll("[data-key]")) {
  targets.set(element.dataset.key, element);
  const key = document.createElement("kbd");
  key.textContent = element.dataset.key;
  key.setAttribute("aria-hidden", "true");
  element.append(key);
}

const help = document.getElementById("keys");
const list = help.querySelector("dl");
for (const [key, element] of [...targets, ["?", help]]) {
  const row = document.createElement("div");
  const term = document.createElement("dt");
  const name = document.createElement("dd");
  const mark = document.createElement("kbd");
  mark.textContent = key;
  term.append(mark);
  name.textContent = element === help ? help.getAttribute("aria-label") : element.firstChild.textContent.trim();
  row.append(name, term);
  list.append(row);
}

const isWriting = (element) => element.matches("input:not([type=checkbox]), textarea, select");

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
  if (event.key === "Escape" && isWriting(event.target)) event.target.blur();
  if (isWriting(event.target) || help.open) return;
  if (event.key === "?") {
    help.showModal();
    event.preventDefault();
    return;
  }
  const element = targets.get(event.key.toLowerCase());
  if (element) {
    event.preventDefault();
    element.click();
  }
});
