"""A client of Piwigo's API for one key, on httpx."""

import time

import httpx


class KeyRefused(Exception):
    """The key is unknown, expired or revoked: which of these, no gallery tells."""


class Failed(Exception):
    """The gallery refused a call, or did not understand it: its code and its words."""


class Piwigo:
    def __init__(self, url, key):
        self._http = httpx.Client(base_url=url)
        # the header has another name since 16.1
        renamed = not self.call("pwg.getVersion").startswith("16.0.")
        self._http.headers["X-PIWIGO-API" if renamed else "Authorization"] = key

    def call(self, method, files=None, **parameters):
        # POST: with a key, 16.4 loses the parameters of a GET. pwg_token: until 16.3 there must be one, any does
        body = {"method": method, "pwg_token": "-", **parameters}
        for _ in range(5):
            answer = self._http.post("ws.php?format=json", data=body, files=files)
            if answer.status_code not in (429, 503):
                break
            time.sleep(int(answer.headers.get("Retry-After", 1)))
        try:
            told = answer.json()
        except ValueError:  # a server in front, or a few bare words of PHP's
            raise Failed(answer.status_code, answer.text) from None
        if told["stat"] == "ok":
            return told["result"]
        raise KeyRefused if told["message"] == "Invalid api_key" else Failed(told["err"], told["message"])
