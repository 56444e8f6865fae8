"""Stateful testing: sequences of calls, each with an id that an earlier one returned, by schemathesis' state
machine.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import hypothesis
from schemathesis import Case
from schemathesis.core.transport import Response
from schemathesis.generation.stateful import APIStateMachine

from piwigo_contract.claims import Expect
from piwigo_contract.client.answers import Answer
from piwigo_contract.client.credentials import ANY_TOKEN, ApiKey
from piwigo_contract.client.exchange import ApiCall
from piwigo_contract.client.gallery import Gallery
from piwigo_contract.client.vault import Text
from piwigo_contract.contract.releases import ReleaseProfile
from piwigo_contract.generation.confinement import form_fields
from piwigo_contract.generation.operations import schema_for
from piwigo_contract.methods.data import Flow, reads
from piwigo_contract.methods.openapi.document import method_in, openapi_document
from piwigo_contract.methods.openapi.links import flows
from piwigo_contract.methods.reflection import TOKEN, Method, Reflection
from piwigo_contract.provision.sandbox import Sandbox

SCENARIOS, STEPS = 12, 5
"""Sequences in a check with a hundred examples, and calls in each."""


def journeys_document(reflection: Reflection, profile: ReleaseProfile, forbidden: frozenset[str]) -> dict[str, Any]:
    """The operations that return or take ids, by POST, with only the parameters that ids and names need."""
    names = {name for giver, flow in flows().items() for name in (giver, *flow.into)} - forbidden
    methods = tuple(method for method in reflection if method.name in names)
    document = openapi_document(Reflection(methods), profile)
    for method in methods:
        item = document["paths"][f"/ws.php?method={method.name}"]
        item.pop("get", None)
        item["post"]["security"] = []
        done = item["post"]["responses"]["200"]
        if "links" in done:
            # schemathesis reads ids from what is called JSON alone
            done["content"] = {"application/json": {"schema": {}}}
        _leave_what_ids_need(method, item["post"])
    return document


def _leave_what_ids_need(method: Method, operation: dict[str, Any]) -> None:
    taken = {flow.into[method.name] for flow in flows().values() if method.name in flow.into}
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = media["schema"]
        kept = {name: each for name, each in schema["properties"].items() if name.removesuffix("[]") in taken}
        schema["properties"] = kept
        schema["required"] = sorted(kept)
        schema["additionalProperties"] = False
    if "requestBody" in operation and not taken:
        del operation["requestBody"]


class Journeys:
    """Sequences of calls on one gallery, with a webmaster's key.

    sandbox: gives the names of what is made, and removes it. without_a_key: the answer to a call without a key, for
    text that the gallery prints around any answer.
    """

    def __init__(
        self, gallery: Gallery, reflection: Reflection, sandbox: Sandbox, key: ApiKey, without_a_key: Answer
    ) -> None:
        self._gallery = gallery
        self._reflection = reflection
        self._sandbox = sandbox
        self._key = key
        self._without_a_key = without_a_key
        self._given: set[tuple[str, str]] = set()
        """The ids that answers returned, each with the method that returned it."""

    def run(self, expect: Expect, forbidden: frozenset[str], *, seed: int | None) -> None:
        """Run the sequences, and claim of each call that the id it was given is accepted.

        First every sequence of one step, as random ones may miss some.
        """
        self._each_of_one_step(expect, forbidden)
        document = journeys_document(self._reflection, self._gallery.profile, forbidden)
        schema = schema_for(document, "positive", examples=SCENARIOS, seed=seed)
        journeys = self

        class Machine(schema.as_state_machine()):  # type: ignore[misc]
            def call(self, case: Case[Any], **_: Any) -> Response:
                return journeys.step(case, expect)

            def validate_response(self, *_: Any, **__: Any) -> None:
                """Nothing here: `step` makes the claim."""

        profile = hypothesis.settings.default
        assert profile is not None
        run = hypothesis.settings(
            max_examples=max(2, SCENARIOS * profile.max_examples // 100),
            stateful_step_count=STEPS,
            phases=[hypothesis.Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        )
        machine: type[APIStateMachine] = hypothesis.seed(seed)(Machine) if seed is not None else Machine
        machine.run(settings=run)

    def _each_of_one_step(self, expect: Expect, forbidden: frozenset[str]) -> None:
        for giver, flow in flows().items():
            giving = self._reflection.get(giver)
            if giving is None or giver in forbidden:
                continue
            id_ = self._id_in(self._call(giving, {}, expect), flow)
            for name, parameter in flow.into.items():
                taking = self._reflection.get(name)
                if taking is not None and name not in forbidden and id_ is not None:
                    self._call(taking, {parameter: id_}, expect)

    def step(self, case: Case[Any], expect: Expect) -> Response:
        """One call of a journey."""
        method = self._reflection.get(method_in(case.path))
        assert method is not None
        return _as_response(
            self._call(method, case.body if isinstance(case.body, dict) else {}, expect), self._gallery.url
        )

    def _call(self, method: Method, given: Mapping[str, Any], expect: Expect) -> Answer:
        """Send one call. What it makes belongs to this run; an id that does not is only read.

        No claim is made of a call that uses no returned id: GEN-01 covers those.
        """
        flow = flows().get(method.name)
        making = flow is not None and flow.made is not None
        params = self._of_our_own(method, flow) if making and flow else self._confined(method, given)
        if TOKEN in method.required:
            params.append((TOKEN, Text.of(ANY_TOKEN)))
        answer = Answer(0, (), b"")
        with expect.each_example(method.name):
            answer = self._gallery.send(ApiCall(method.name, tuple(params), auth=(self._key,)))
            if any(self._was_given(method, name, value) for name, value in params):
                expect(answer).is_in_the_apis_own_form(self._without_a_key)
                expect(answer).knows_what_it_was_given()
            if making:
                expect(answer).succeeds()
        if flow and (id_ := self._id_in(answer, flow)) is not None:
            self._given.add((method.name, id_))
        return answer

    def _of_our_own(self, method: Method, flow: Flow) -> list[tuple[str, Text]]:
        names: Mapping[str, Callable[[], str]] = {
            "pwg.tags.add": self._sandbox.name_of_a_tag,
            "pwg.groups.add": self._sandbox.groups.new_name,
            "pwg.categories.add": self._sandbox.name_of_an_album,
        }
        filled = {"{name}": Text.of(names[method.name]()), "{album}": self._sandbox.album.id}
        return [(parameter, filled[value]) for parameter, value in (flow.made or {}).items()]

    def _confined(self, method: Method, given: Mapping[str, Any]) -> list[tuple[str, Text]]:
        """The parameters to send: the first that is a returned id; without one, all for a method that reads, and an id
        that nothing has for any other.

        A method that writes only gets ids of things that this run made (`flows` ensures that).
        """
        pairs = [
            (name, Text.of(text))
            for sent_as, value in given.items()
            for name, text in form_fields(sent_as.removesuffix("[]"), value, sent_as.endswith("[]"))
        ]
        known = [(name, value) for name, value in pairs if self._was_given(method, name, value)]
        if known or reads(method.name):
            return known[:1] or pairs
        return [(name, Text.of("2147483647")) for name, _ in pairs]

    def _was_given(self, method: Method, name: str, value: Text) -> bool:
        """Whether this value is an id that a method returned, and of the kind that the parameter takes."""
        givers = {giver for giver, flow in flows().items() if flow.into.get(method.name) == name.removesuffix("[]")}
        return any((giver, value.reveal()) in self._given for giver in givers)

    @staticmethod
    def _id_in(answer: Answer, flow: Flow) -> str | None:
        """The id in an answer, or None if it has none."""
        found = answer.result
        for step in flow.field.strip("/").split("/"):
            if isinstance(found, list) and step.isdigit() and int(step) < len(found):
                found = found[int(step)]
            else:
                found = found.get(step) if isinstance(found, dict) else None
        return str(found) if isinstance(found, int | str) else None


def _as_response(answer: Answer, url: str) -> Response:
    """The answer as schemathesis takes it, to find the ids in it."""
    response = httpx.Response(
        answer.status or 500,
        headers={"Content-Type": "application/json"},
        content=answer.body or b"{}",
        request=httpx.Request("POST", url),
    )
    response.elapsed = datetime.timedelta(0)
    return Response.from_any(response)
