"""What is kept of a check's exchanges: all of them for `--har`, else those that reports show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from piwigo_contract.client.exchange import Exchange
from piwigo_contract.client.transcript import Transcript
from piwigo_contract.client.vault import Vault
from piwigo_contract.results.har.entry import Entry, har_entry
from piwigo_contract.results.har.pack import Packer, pack, unpack

SHOWN_EXCHANGES = 6
"""Exchanges of a check that reports show: the last ones, which led to the break."""


BETWEEN = 3
"""Most exchanges shown in addition, for what was done between control and probe, such as to revoke a key."""


class Record:
    """The exchanges of one check, or of another phase (`name`), on their way to reports.

    everything: whether all are kept (`--har`). Memory stays small: an exchange is packed as soon as it is complete.
    """

    def __init__(self, vault: Vault, target: int, name: str, about: dict[str, Any], *, everything: bool) -> None:
        self.key = (target + 1, name)
        self._vault = vault
        self._about = {"target": target + 1, **about}
        self._packer = Packer() if everything else None
        self._shown: list[Entry] = []
        self._number = 0
        self._places: dict[int, int] = {}
        self._told: list[tuple[Exchange, Entry]] = []
        self.transcript = Transcript(record=self._add if everything else None)

    def show(self, deciding: Exchange | None) -> list[Entry]:
        """Have reports show what led to a break: the last controls and probes, and the exchange that decided."""
        made = [exchange for exchange in self.transcript.exchanges if exchange.phase == "call"]
        judged = [n for n, each in enumerate(made) if each.role != "request" or each.answer is None]
        last = judged[-SHOWN_EXCHANGES:] or list(range(len(made)))[-SHOWN_EXCHANGES:]
        decided = next((n for n in judged if made[n] is deciding), None)
        if decided is not None and decided not in last:
            last = [decided, *last[1:]]
        between = [n for n in range(last[0] if last else 0, len(made)) if n not in last]
        shown = [made[n] for n in sorted([*last, *between[-BETWEEN:]])]
        self.transcript.show(shown)
        self._shown = [self._entry(exchange) for exchange in shown]
        self._told = list(zip(shown, self._shown, strict=True))
        return self._shown

    def packed(self) -> bytes | None:
        """What is kept, packed; None where that is nothing."""
        if self._packer is None:
            return pack(self._shown) if self._shown else None
        self.transcript.record_all()
        packed = self._packer.packed()
        return pack(self._with_evidence(unpack(packed))) if self._told else packed

    def _with_evidence(self, entries: Iterable[Entry]) -> Iterator[Entry]:
        """The entries, with those that are shown as such: which of thousands of examples broke is known only at the
        end, when they are packed; and what was sent for another check stands before what it is held against.
        """
        recalled: list[Entry] = []
        shown: dict[int, list[Entry]] = {}
        for exchange, entry in self._told:
            if (place := self._places.get(id(exchange))) is None:
                recalled.append(entry)
            else:
                shown[place] = [*recalled, entry]
                recalled = []
        for place, entry in enumerate(entries):
            yield from shown.get(place, [entry])
        yield from recalled

    def _add(self, exchange: Exchange) -> None:
        assert self._packer is not None
        self._places[id(exchange)] = self._number
        self._number += 1
        self._packer.add(self._entry(exchange))

    def _entry(self, exchange: Exchange) -> Entry:
        return har_entry(exchange, self._vault, self._about)


def packed_records(records: Iterable[Record]) -> list[tuple[tuple[int, str], bytes]]:
    """Each record's key and what it keeps, as it travels with a report."""
    return [(record.key, packed) for record in records if (packed := record.packed()) is not None]
