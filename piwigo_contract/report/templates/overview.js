"use strict";
const PAGE = 25;
const tools = document.getElementById("tools");
const data = JSON.parse(document.getElementById("data").textContent);
const galleries = [...document.querySelectorAll("#galleries tbody tr")];
const clauses = [...document.querySelectorAll(".clauses tbody tr")];
const texts = new Map([...galleries, ...clauses].map((row) => [row, row.textContent.toLowerCase()]));
const names = new Map(clauses.map((row) => [Number(row.dataset.number), row.querySelector(".id").textContent]));
let at = 0;
let asked = null;

function words() {
  return tools.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
}

function fits(row, number) {
  const { verdict, version } = tools.elements;
  return (!verdict.value || row.dataset.verdict === verdict.value)
    && (!version.value || row.dataset.version === version.value)
    && (!asked || data.cells[number][asked.number] === asked.letter)
    && words().every((word) => texts.get(row).includes(word));
}

function show() {
  const found = galleries.filter(fits);
  at = Math.max(0, Math.min(at, Math.floor((found.length - 1) / PAGE) * PAGE));
  const page = new Set(found.slice(at, at + PAGE));
  for (const row of galleries) {
    row.hidden = !page.has(row);
  }
  const until = Math.min(at + PAGE, found.length);
  document.getElementById("shown").value = found.length
    ? `${at + 1} to ${until} of ${found.length} galleries` : "no gallery";
  document.getElementById("before").disabled = at === 0;
  document.getElementById("after").disabled = until === found.length;
  compare([...page].map((row) => galleries.indexOf(row)));
}

function searchClauses() {
  const wanted = words();
  const some = wanted.length > 0 && clauses.some((row) => wanted.every((word) => texts.get(row).includes(word)));
  for (const row of clauses) {
    row.hidden = some && !wanted.every((word) => texts.get(row).includes(word));
  }
  for (const part of document.querySelectorAll(".clauses")) {
    part.hidden = !part.querySelector("tbody tr:not([hidden])");
  }
}

function cell(kind, text, className) {
  const made = document.createElement(kind);
  made.textContent = text;
  made.className = className || "";
  return made;
}

function compare(shown) {
  const all = document.getElementById("all").checked;
  const head = document.createElement("tr");
  head.append(cell("th", "Clause"), ...shown.map((number) => {
    const made = cell("th", number + 1);
    made.title = galleries[number].children[1].textContent;
    return made;
  }));
  const rows = [...names].map(([clause, name]) => {
    const letters = shown.map((number) => data.cells[number][clause]);
    const several = new Set(letters).size > 1;
    return { name, letters, several, broken: letters.filter((letter) => "fe".includes(letter)).length };
  }).filter((row) => all || row.several).sort((one, other) => other.several - one.several || other.broken - one.broken);
  const body = rows.map(({ name, letters }) => {
    const row = document.createElement("tr");
    row.append(cell("th", name, "id"), ...letters.map((letter) => cell("td", letter, `tone-${data.outcomes[letter]}`)));
    return row;
  });
  document.getElementById("matrix").replaceChildren(head, ...body);
}

function ask(number, letter) {
  asked = number === null ? null : { number, letter };
  const button = document.getElementById("clause");
  button.hidden = !asked;
  button.textContent = asked ? `${names.get(number)}: ${data.words[letter] || "not in this result"} \u00d7` : "";
  at = 0;
  show();
}

tools.hidden = false;
document.getElementById("side-by-side").hidden = false;
tools.addEventListener("input", () => { at = 0; show(); searchClauses(); });
tools.addEventListener("submit", (event) => event.preventDefault());
document.getElementById("before").addEventListener("click", () => { at -= PAGE; show(); });
document.getElementById("after").addEventListener("click", () => { at += PAGE; show(); });
document.getElementById("clause").addEventListener("click", () => ask(null));
document.getElementById("all").addEventListener("input", show);
for (const part of document.querySelectorAll(".clauses")) {
  part.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) {
      ask(Number(button.closest("tr").dataset.number), button.value);
      document.getElementById("of-galleries").scrollIntoView();
    }
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "/" && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    event.preventDefault();
    tools.elements.words.focus();
  }
});
show();
