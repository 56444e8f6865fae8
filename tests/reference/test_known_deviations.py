"""A faithful reference breaks what its release is known to break: the data of `specs/releases/` is no hearsay.

CI tries the newest of those that are out; RELEASES=all (`tox -e releases`) tries each.
"""

import os

import pytest

from piwigo_contract.contract.releases import profiles
from piwigo_contract.reference import Reference, start

RELEASES = list(profiles()) if os.environ.get("RELEASES") == "all" else ["16.4"]


@pytest.mark.parametrize("release", RELEASES)
def test_each_known_deviation_is_red_on_the_faithful_reference(run, release):
    # what takes a few milliseconds longer may drown in the load of the machine that the tests run on
    known = {name: each for name, each in profiles()[release].known_deviations.items() if name != "TIME-01"}
    with start(Reference(release, fixed=False)) as server:
        # nobody reads the examples, so none is made smaller
        done = run(
            *("--target", server.url, "-k", " or ".join(known), "--hypothesis-profile", "unshrunk", "-p", "no:html"),
            PIWIGO_WEBMASTER=server.banner["webmaster"],
            PIWIGO_EXPIRE_COMMAND=server.banner["expire_command"],
        )
    assert done.with_outcome("fail", "warning") == {
        deviation.clause for deviation in known.values() if deviation.only_where is None
    }
