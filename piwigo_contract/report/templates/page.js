"use strict";
const tools = document.getElementById("tools");
const clauses = [...document.querySelectorAll("[data-outcome]")];
const texts = new Map(clauses.map((clause) => [clause, clause.textContent.toLowerCase()]));
const folded = [...document.querySelectorAll("main details.group")];
const wereOpen = new Map(folded.map((group) => [group, group.open]));

function filter() {
  const words = tools.elements.words.value.toLowerCase().split(/\s+/).filter(Boolean);
  const chapter = tools.elements.chapter.value;
  const outcomes = new Set([...tools.querySelectorAll("input[name=outcome]:checked")].map((box) => box.value));
  let shown = 0;
  for (const clause of clauses) {
    const text = texts.get(clause);
    const fits = outcomes.has(clause.dataset.outcome)
      && (!chapter || clause.dataset.chapter === chapter)
      && words.every((word) => text.includes(word));
    clause.hidden = !fits;
    shown += fits ? 1 : 0;
  }
  for (const part of document.querySelectorAll("main .chapter, main .group, main section.outcome")) {
    part.hidden = !part.querySelector("[data-outcome]:not([hidden])");
  }
  const searching = words.length > 0 || chapter !== "";
  for (const group of folded) {
    group.open = searching ? true : wereOpen.get(group);
  }
  document.getElementById("shown").value = `${shown} of ${clauses.length} clauses shown`;
}

function openAround(target) {
  for (let part = target; part; part = part.parentElement) {
    if (part.localName === "details") {
      part.open = true;
    }
    part.hidden = false;
  }
}

function goToHash() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) {
    openAround(target);
    target.scrollIntoView();
  }
}

if (tools) {
  tools.hidden = false;
  tools.addEventListener("input", filter);
  tools.addEventListener("submit", (event) => event.preventDefault());
  filter();
}
addEventListener("hashchange", goToHash);
goToHash();

document.addEventListener("keydown", (event) => {
  if (event.key === "/" && tools && !/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) {
    event.preventDefault();
    tools.elements.words.focus();
  }
});

for (const button of document.querySelectorAll("button.copy")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.parentElement.querySelector("pre").textContent);
    button.textContent = "Copied";
  });
}

let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("main details.group:not([open]), main details.exchange:not([open])")];
  closed.forEach((each) => { each.open = true; });
});
addEventListener("afterprint", () => closed.forEach((each) => { each.open = false; }));
