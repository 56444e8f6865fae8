"""What others write is cleaned: log records, warnings, pytest's account of an internal error."""

import logging
import warnings

import pytest

from piwigo_contract.plugin.redaction import LogRedaction

SECRET = "Aa1-S3cret-of-mine-and-nobody-else"


@pytest.fixture
def redaction(vault):
    vault.secret("PIWIGO_SECRET", SECRET)
    redaction = LogRedaction(vault)
    redaction.pytest_sessionstart()
    yield redaction
    redaction.pytest_unconfigure()


def test_log_records(redaction, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("x").debug("of %s", SECRET)
        try:
            raise OSError(SECRET)
        except OSError:
            logging.getLogger("x").exception("and its trace")
    assert "of $PIWIGO_SECRET" in caplog.text
    assert "OSError: $PIWIGO_SECRET" in caplog.text
    assert SECRET not in caplog.text


def test_records_are_as_ever_afterwards(vault, caplog):
    before = logging.getLogRecordFactory()
    redaction = LogRedaction(vault)
    redaction.pytest_sessionstart()
    assert logging.getLogRecordFactory() is not before
    redaction.pytest_unconfigure()
    assert logging.getLogRecordFactory() is before


def test_warnings(redaction):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warnings.warn(f"of {SECRET}", stacklevel=1)
        warnings.warn("of nothing", DeprecationWarning, stacklevel=1)
    for each in caught:
        redaction.pytest_warning_recorded(each)
    assert [(str(each.message), each.category) for each in caught] == [
        ("of $PIWIGO_SECRET", UserWarning),
        ("of nothing", DeprecationWarning),
    ]


@pytest.mark.parametrize("style", ["long", "short", "native"])
def test_internal_errors(redaction, style):
    def fails(given):
        held = given + "!"
        raise ValueError(held)

    with pytest.raises(ValueError, match="S3cret") as caught:
        fails(SECRET)
    shown = caught.getrepr(funcargs=True, showlocals=True, style=style)
    assert SECRET in str(shown)
    redaction.pytest_internalerror(shown)
    assert SECRET not in str(shown)
    assert "$PIWIGO_SECRET" in str(shown)
