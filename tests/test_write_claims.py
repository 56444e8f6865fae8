"""Claims of writes: read back by somebody else, and worth nothing where nothing could be seen."""

import pytest
from werkzeug.wrappers import Response

from piwigo_contract.claims import Expect, UniformRefusal
from piwigo_contract.claims.write import Write
from piwigo_contract.errors import ContractBroken, OutOfReach, SuiteError
from tests.serving import serve


class Tag:
    name = "old"

    def renamed(self, **given):
        return Write(
            "pwg.tags.rename",
            {"new_name": "new"},
            what="the tag's name",
            **{"seen": lambda: self.name, "wanted": "new"} | given,
        )


@pytest.fixture
def tag():
    return Tag()


@pytest.fixture
def gallery(client):
    with serve(Response('{"stat":"ok","result":{"id":7}}')) as url:
        yield client(url)


@pytest.fixture
def expect(gallery):
    return Expect(gallery, UniformRefusal())


def broken(claim, write):
    with pytest.raises(ContractBroken) as caught:
        claim(write)
    return str(caught.value)


def test_write_that_takes_effect(gallery, expect, tag):
    write = tag.renamed()
    answer = gallery.send(write.by())
    assert broken(expect(answer).took_effect, write) == "expected the tag's name to be 'new'; it is 'old'"
    tag.name = "new"
    expect(answer).took_effect(write)
    assert expect.claims == 1


def test_write_that_changes_nothing(gallery, expect, tag):
    write = tag.renamed()
    answer = gallery.send(write.by())
    expect(answer).changed_nothing(write)
    tag.name = "another"
    assert broken(expect(answer).changed_nothing, write) == "expected the tag's name to stay 'old'; it is 'another'"
    assert expect.claims == 1


def test_write_whose_effect_the_answer_tells(gallery, expect, tag):
    made = tag.renamed(wanted=lambda result: result["id"])
    answer = gallery.send(made.by())
    assert "to be 7; it is 'old'" in broken(expect(answer).took_effect, made)
    unseen = tag.renamed(wanted="old", told=lambda result: result["id"] == 8)
    assert "the answer to say that it is done" in broken(expect(answer).took_effect, unseen)


def test_write_that_is_done_before_it_is_made(tag):
    """As where the gallery did not do what prepares the write, and says that it did."""
    with pytest.raises(OutOfReach, match="not to be before"):
        tag.renamed(wanted="old")


def test_nobody_looked_before(gallery, expect, tag):
    write = tag.renamed(look_first=False)
    answer = gallery.send(write.by())
    with pytest.raises(SuiteError, match="nobody looked"):
        expect(answer).changed_nothing(write)
