"""What a probe makes on a target that is wrong is taken away at the end."""

import json

import pytest
from werkzeug.wrappers import Response

from tests.serving import gallery

MAKERS = {"pwg.users.add": "username", "pwg.groups.add": "name", "pwg.categories.add": "name"}


def takes_blank_names(front):
    """Whoever asks, a blank name makes a user, a group or an album of it."""

    def fault(request, pass_on):
        method = request.values.get("method")
        if method not in MAKERS or request.values.get(MAKERS[method], "x").strip():
            return pass_on()
        store = front().gallery.gallery.store
        now = front().gallery.gallery.now()
        if method == "pwg.users.add":
            store.add_user(" ", "a password", "normal", now)
        front().made.append(method)
        return Response(json.dumps({"stat": "ok", "result": {"users": [{"id": 1}]}}), content_type="text/plain")

    return fault


@pytest.mark.parametrize("clause", ["METH-08", "METH-11"])
def test_user_without_a_name(run, clause):
    found = []
    with gallery(takes_blank_names(lambda: found[0])) as front:
        front.made = []
        found.append(front)
        before = front.users
        front.gallery.gallery.store.add_user("  ", "a password", "normal", front.gallery.gallery.now())
        done = run(*front.options("webmaster"), "-k", clause, "-p", "no:html")
        assert "pwg.users.add" in front.made
        assert front.users == {*before, "  "}
    assert done.target()["left_behind"] == []
