// Run by `node --test`, with piwigo-reference on the path.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { Failed, KeyRefused, Piwigo } from "./piwigo.mjs";

async function reference(t, ...options) {
  const server = spawn("piwigo-reference", ["--port", "0", "--faithful", ...options], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => server.kill());
  const [line] = await once(createInterface({ input: server.stdout }), "line");
  const banner = JSON.parse(line);
  const own = async (act, body) => assert.equal((await post(`${banner.url}_reference/${act}`, body)).status, 204);
  return { ...banner, own };
}

const post = (url, body) => fetch(url, { method: "POST", body: new URLSearchParams(body) });
const whoami = async (client) => (await client.call("pwg.session.getStatus")).username;

for (const release of ["16.0", "16.1", "16.2", "16.3", "16.4", "17.0"]) {
  test(`the quirks of ${release}`, async (t) => {
    const server = await reference(t, "--release", release);
    const client = await Piwigo.open(server.url, server.webmaster_key);
    assert.equal(await whoami(client), "webmaster");
    const { images } = await client.call("pwg.categories.getImages", { cat_id: 1 });
    assert.deepEqual(images.map((image) => image.file), ["lake.jpg"]);
    const { id } = await client.call("pwg.tags.add", { name: "water" });
    await client.call("pwg.tags.delete", { tag_id: id });
  });
}

test("a rate limit", async (t) => {
  const server = await reference(t, "--rate-limit", "1");
  const alice = await Piwigo.open(server.url, server.api_key);
  assert.equal(await whoami(alice), "alice"); // once more after the 429
  const asked = await (await fetch(`${server.url}_reference/requests`)).json();
  assert.deepEqual(asked.map(({ status }) => status), [200, 429, 200]);
});

test("keys that end, a missing parameter, what is no picture", async (t) => {
  const server = await reference(t);
  const alice = await Piwigo.open(server.url, server.api_key);
  assert.equal(await whoami(alice), "alice");

  const webmaster = await Piwigo.open(server.url, server.webmaster_key);
  await assert.rejects(webmaster.call("pwg.categories.add"), { code: 1002, message: "Missing parameters: name" });
  const image = new File(["no picture"], "a.jpg");
  await assert.rejects(webmaster.call("pwg.images.addSimple", { category: 1, image }), Failed);

  await server.own("revoke", { pkid: server.webmaster_key.split(":")[0] });
  await assert.rejects(whoami(webmaster), KeyRefused);
  await server.own("clock", { seconds: 366 * 86400 });
  await assert.rejects(whoami(alice), KeyRefused);
  const asked = await (await fetch(`${server.url}_reference/requests`)).json();
  assert.equal(asked.at(-1).caller, "key refused: expired");
});
