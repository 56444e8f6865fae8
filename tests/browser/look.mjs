// Opens a page in a headless Chromium, in light and dark, wide and narrow; prints what was seen as JSON.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import puppeteer from "puppeteer-core";

const [, , browserPath, url] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const browser = await puppeteer.launch({ executablePath: browserPath, headless: true, args: ["--no-sandbox"] });

async function look(scheme, width) {
  const page = await browser.newPage();
  const troubles = [];
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
  page.on("dialog", (dialog) => { troubles.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  page.on("request", (request) => request.url().startsWith("file:") || troubles.push(`request: ${request.url()}`));
  await page.setViewport({ width, height: 900 });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  await page.goto(url, { waitUntil: "load" });
  const seen = await page.evaluate(() => ({
    loaded: performance.getEntriesByType("navigation")[0].loadEventEnd,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  }));
  // a matrix has none of these
  if (await page.$("#shown")) {
    // by keyboard: the search field, and what it leaves
    await page.keyboard.press("/");
    await page.keyboard.type("HDR-06");
    seen.focused = await page.evaluate(() => document.activeElement.id);
    seen.found = await page.evaluate(() => [...document.querySelectorAll("[data-outcome]:not([hidden])")].map((each) => each.id));
    seen.told = await page.evaluate(() => document.getElementById("shown").value);
    // a link to a clause that is folded away
    await page.goto(`${url}#HDR-01`, { waitUntil: "load" });
    seen.linked = await page.evaluate(() => document.getElementById("HDR-01").checkVisibility());
  }
  await page.evaluate(() => document.querySelectorAll("details").forEach((each) => { each.open = true; }));
  seen.wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await page.evaluate(axe);
  seen.violations = await page.evaluate(async () =>
    (await axe.run(document)).violations.map(({ id, impact, nodes }) => ({ id, impact, nodes: nodes.map((node) => node.html) })));
  await page.close();
  return { scheme, width, troubles, ...seen };
}

const looks = [];
for (const scheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    looks.push(await look(scheme, width));
  }
}
console.log(JSON.stringify(looks));
await browser.close();
