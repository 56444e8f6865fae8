// A client of Piwigo's API for one key, on fetch.
export class KeyRefused extends Error {}

export class Failed extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

export class Piwigo {
  #url;
  #headers = {};

  static async open(url, key) {
    const client = new Piwigo();
    client.#url = new URL("ws.php?format=json", url);
    // the header has another name since 16.1
    const renamed = !(await client.call("pwg.getVersion")).startsWith("16.0.");
    client.#headers = { [renamed ? "X-PIWIGO-API" : "Authorization"]: key };
    return client;
  }

  async call(method, parameters = {}) {
    // POST: with a key, 16.4 loses the parameters of a GET. pwg_token: until 16.3 there must be one, any does
    const body = new FormData();
    for (const [name, value] of Object.entries({ method, pwg_token: "-", ...parameters })) body.append(name, value);
    let answer;
    for (let tries = 0; tries < 5; tries++) {
      answer = await fetch(this.#url, { method: "POST", headers: this.#headers, body });
      if (answer.status !== 429 && answer.status !== 503) break;
      await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.headers.get("Retry-After") ?? 1)));
    }
    const text = await answer.text();
    if (!text.startsWith("{")) throw new Failed(answer.status, text); // a server in front, or bare words of PHP's
    const told = JSON.parse(text);
    if (told.stat === "ok") return told.result;
    throw told.message === "Invalid api_key" ? new KeyRefused() : new Failed(told.err, told.message);
  }
}
