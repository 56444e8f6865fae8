"""Redacts secrets in what other libraries write: log records at any level, and warnings."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from _pytest._code.code import ExceptionRepr

from piwigo_contract.client.vault import Vault


class LogRedaction:
    """From start to end of a session every log record and warning is cleaned before anybody handles it."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._made_before: Callable[..., logging.LogRecord] | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        for name in ("httpx", "httpcore"):  # at lower levels they log URLs and headers, a request at a time
            logging.getLogger(name).setLevel(logging.WARNING)
        self._made_before = logging.getLogRecordFactory()
        logging.setLogRecordFactory(self._record)

    def _record(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        assert self._made_before is not None
        record = self._made_before(*args, **kwargs)
        record.msg, record.args = self._vault.clean(record.getMessage()), ()
        if record.exc_info:
            trace = logging.Formatter().formatException(record.exc_info)
            record.exc_info, record.exc_text = None, self._vault.clean(trace)
        return record

    @pytest.hookimpl(tryfirst=True)
    def pytest_warning_recorded(self, warning_message: warnings.WarningMessage) -> None:
        told = str(warning_message.message)
        cleaned = self._vault.clean(told)
        if cleaned != told:
            warning_message.message = UserWarning(cleaned)
            warning_message.category = UserWarning

    @pytest.hookimpl(tryfirst=True)
    def pytest_internalerror(self, excrepr: ExceptionRepr) -> None:
        """With `--full-trace --showlocals` pytest shows what every function held, the harness's own too."""
        traces = [trace for trace, _, _ in getattr(excrepr, "chain", ())]
        for trace in traces or [getattr(excrepr, "reprtraceback", None)]:
            for entry in getattr(trace, "reprentries", ()):
                entry.lines = self._lines(entry.lines)
                if (held := getattr(entry, "reprlocals", None)) is not None:
                    held.lines = self._lines(held.lines)
                if (given := getattr(entry, "reprfuncargs", None)) is not None:
                    given.args = [(name, self._vault.clean(value)) for name, value in given.args]

    def _lines(self, lines: Iterable[str]) -> list[str]:
        return [self._vault.clean(line) for line in lines]

    def pytest_unconfigure(self) -> None:
        if self._made_before is not None:
            logging.setLogRecordFactory(self._made_before)
