"""The same target gives the same result, whenever and however it is asked."""

from tests.running import QUICK
from tests.serving import gallery
from tests.test_broken_targets import cuts_long_values

VOLATILE = {"started", "seconds", "requests", "seed"}


def steady(value):
    """A document without what two runs may differ in."""
    if isinstance(value, dict):
        return {name: steady(each) for name, each in value.items() if name not in VOLATILE}
    return [steady(each) for each in value] if isinstance(value, list) else value


def test_again_and_with_two_workers(run):
    with gallery(cuts_long_values) as front:
        users = front.users
        options = (*QUICK, *front.options("webmaster"), "-p", "no:html")
        first, second = run(*options, name="first"), run(*options, name="second")
        parallel = run(*options, "-n", "2", name="parallel")
        assert front.users == users
    assert first.code == second.code == parallel.code == 1
    assert steady(first.document) == steady(second.document)
    assert first.target()["requests"] == second.target()["requests"] <= parallel.target()["requests"]
    assert first.outcomes() == parallel.outcomes()
    assert first.target()["verdict"] == parallel.target()["verdict"]
    assert checks_of(first) == checks_of(parallel)


def checks_of(done):
    return [[check["nodeid"] for check in clause["checks"]] for clause in done.target()["clauses"]]
