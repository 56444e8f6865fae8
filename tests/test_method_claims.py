"""Results compared: what somebody else changes for a moment is no fault of the key, and what lasts is."""

import json
from collections import deque

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.claims import Expect, UniformRefusal
from piwigo_contract.claims.method import AGAIN
from piwigo_contract.errors import ContractBroken
from tests.serving import serve


@pytest.fixture
def numbers():
    """How many photos there are, answer by answer; the last one stays."""
    return deque([5])


@pytest.fixture
def gallery(client, numbers):
    def application(environ, start_response):
        number = numbers.popleft() if len(numbers) > 1 else numbers[0]
        result = {"stat": "ok", "result": {"photos": number}}
        if number is None:
            result = {"stat": "fail", "err": 404, "message": "not found"}
        return Response(json.dumps(result))(environ, start_response)

    with serve(application) as url:
        yield client(url)


@pytest.fixture
def expect(gallery):
    return Expect(gallery, UniformRefusal())


def claim(gallery, expect, claimed):
    before, ours = (gallery.call("pwg.categories.getList") for _ in range(2))
    getattr(expect(ours), claimed)(before)


CLAIMED = pytest.mark.parametrize("claimed", ["gives_the_same_result", "gives_the_result_of"])


@CLAIMED
def test_same_result(gallery, expect, claimed):
    claim(gallery, expect, claimed)
    assert (expect.claims, expect.remarks) == (1, [])


@CLAIMED
@pytest.mark.parametrize("seen", [6, None], ids=["another result", "an error"])
def test_difference_of_a_moment_is_a_remark(gallery, expect, numbers, claimed, seen):
    numbers.extendleft([5, seen, 5])
    claim(gallery, expect, claimed)
    assert expect.claims == 1
    [remark] = expect.remarks
    assert remark.startswith("pwg.categories.getList: ")
    assert remark.endswith("but no longer when asked again")


@CLAIMED
@pytest.mark.parametrize("seen", [6, None], ids=["another result", "an error"])
def test_difference_that_lasts_is_told(gallery, expect, numbers, claimed, seen):
    numbers.extendleft([*[5, seen, 5] * AGAIN, seen, 5])
    with pytest.raises(ContractBroken, match="photos differs" if seen else "err 404"):
        claim(gallery, expect, claimed)
    assert expect.claims == 0


@CLAIMED
def test_what_changes_meanwhile_says_nothing(gallery, expect, numbers, claimed):
    numbers.extendleft([7, 6, 5])
    claim(gallery, expect, claimed)
    assert (expect.claims, expect.remarks) == (1, [])
    assert len(gallery.transcript.exchanges) == 5
