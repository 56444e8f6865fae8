"""One run of the contract inside one pytest session: its settings, its targets, their set-up and end.

Serially these objects do everything. In a distributed run the controller's do the preflight and the results,
and each worker's the checks; what a worker found travels in its reports.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from _pytest.mark import deselect_by_keyword

from piwigo_contract.client.vault import Vault
from piwigo_contract.commands.sweep import abandoned
from piwigo_contract.contract.clauses import Contract, load_contract
from piwigo_contract.contract.releases import EMBEDDED_RELEASE, choose_profile
from piwigo_contract.contract.site_list import SiteList
from piwigo_contract.contract.sources import Source, sources
from piwigo_contract.contract.suite_index import check_bijection
from piwigo_contract.contract.waivers import Waiver, load_waivers
from piwigo_contract.errors import UsageError
from piwigo_contract.given_secrets import take_in
from piwigo_contract.option_values import WIRE
from piwigo_contract.options import Settings, only_lists, read_settings
from piwigo_contract.plugin import html_page, terminal
from piwigo_contract.plugin.announcement import Announcement, measured
from piwigo_contract.plugin.collection import Collection
from piwigo_contract.plugin.ending import Ending
from piwigo_contract.plugin.judging import Judging
from piwigo_contract.plugin.one_target import JOB
from piwigo_contract.plugin.progress import Progress
from piwigo_contract.plugin.record import Record, packed_records
from piwigo_contract.plugin.redaction import LogRedaction
from piwigo_contract.plugin.results import Results
from piwigo_contract.provision.inspection import run_preflight
from piwigo_contract.provision.ledger_file import LedgerFile, new_run
from piwigo_contract.provision.target import PreflightResult, Target
from piwigo_contract.results.document_file import Document, read_document
from piwigo_contract.results.escaping import escape_ci_commands, on_one_line
from piwigo_contract.targets_file import Row

if TYPE_CHECKING:
    from piwigo_contract.reference import Reference, RunningServer

EMBEDDED_SITE_LIST = SiteList(added=("pwg.images.delete",), removed=("pwg.extensions.ignoreUpdate",))
"""The embedded reference is a gallery with a list of its own, so that such a list is tried out as well."""

EMBEDDED_PORT = 20160
"""Port of the embedded reference, so that its URL is the same in every report; any other where this one is taken."""

EMBEDDED: pytest.StashKey[Reference] = pytest.StashKey()
"""In a config's stash: the embedded target to use in place of the good one; its release and site list are those of the
run.
"""


@cache
def _contract_of(chosen: tuple[Source, ...]) -> Contract:
    """The contract that these make together, compared with its checks once in the life of a process."""
    contract = load_contract(*chosen)
    check_bijection(contract, *chosen)
    return contract


class ContractRun:
    """A run that may collect the contract. If it turns out not to, it leaves no trace.

    Its other hooks are those of its parts: see `register`.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.worker: dict[str, Any] | None = getattr(config, "workerinput", None)
        self.vault = Vault()
        self.settings = Settings()
        self.contract = Contract({}, {})
        self.waivers: list[Waiver] = []
        self.baseline: Document | None = None
        """the earlier result to compare with"""
        self.targets: list[Target] = []
        self.notes: list[str] = []
        self._taken_in: dict[str, str] = {}
        """secrets of a file, or typed in"""
        self.folder = Path(config.invocation_params.dir)
        """where the run was started; a worker's, where its controller was"""
        self.file: LedgerFile | None = None
        """where it is written down what this process makes; None where all that ends with it"""
        self.page: Path | None = None
        """where the compliance page goes; None for a run without pages"""
        self.collection = Collection(self)
        self.judging = Judging(self)
        self.results = Results(self)
        self.progress = Progress(self)
        self.redaction = LogRedaction(self.vault)
        self.ending = Ending(self)
        self.announcement = Announcement(self)
        self._records: list[Record] = []
        self._phases = Counter[tuple[int, str]]()
        self._earlier: list[str] = []
        """lines on earlier runs that did not come to their end"""
        self._embedded: Any = None
        self._keeps_all = False
        """whether reports have every exchange, and not those alone that are shown"""

    def register(self) -> None:
        """Have pytest call the hooks of this run and of its parts."""
        parts = ["redaction", "collection", "judging", "results", "ending"]
        for name in parts if self.worker is not None else [*parts, "progress", "announcement"]:
            self.config.pluginmanager.register(getattr(self, name), f"piwigo-contract-{name}")
        self.config.pluginmanager.register(self, "piwigo-contract-run")

    # ------------------------------------------------------------------ before the first check

    def prepare(self) -> None:
        """Read contract, options and waivers. Raises pytest.UsageError, before anything is sent or written."""
        try:
            self.contract = _contract_of(sources())
            self._check_keywords()
            # a worker has neither the terminal nor, on another host, the file
            self._taken_in = self.worker["piwigo_secrets"] if self.worker else take_in(self.config)
            vars(self.config.option).update(self._taken_in)
            job = self.config.stash.get(JOB, None)
            self.settings = read_settings(self.config, None if job is None else Row(*job.row))
            self._keeps_all = self.settings.har is not None if job is None else job.archive
            if self.settings.dry_run:  # there is nothing to be distributed
                self.config.option.dist, self.config.option.tx = "no", []
            self.waivers = list(self._waivers())
            if self.settings.baseline:
                self.baseline = read_document(self.settings.baseline)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error

    def _waivers(self) -> Iterator[Waiver]:
        """Those of `--waivers`, and of each target those that `--targets-file` gives for it alone."""
        if self.settings.waivers:
            yield from load_waivers(self.settings.waivers, self.contract)
        for url, own in self.settings.own.items():
            for waiver in load_waivers(own["waivers"], self.contract) if "waivers" in own else ():
                yield dataclasses.replace(waiver, target=url)

    def _check_keywords(self) -> None:
        """Raise UsageError where a word after `-k` is written as a clause's id, and none begins so.

        pytest's own, for what is no expression: it would look at it only after the preflight, and in each worker.
        """
        deselect_by_keyword([], self.config)
        chapters = {clause_id.partition("-")[0] for clause_id in self.contract.clauses}
        for word in re.findall(r"(?<![\w-])[A-Za-z]+-\d+(?![\w-])", self.config.option.keyword or ""):
            prefix = word.partition("-")[0]
            begins = any(clause_id.startswith(word.upper()) for clause_id in self.contract.clauses)
            if not begins and (prefix.upper() in chapters or prefix.isupper()):
                raise UsageError(f"-k {word}: no such clause (--list-clauses shows them)")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self, session: pytest.Session) -> None:
        self.ending.watch()
        try:
            self._set_up_targets()
        except UsageError as error:
            raise pytest.UsageError(str(error)) from error
        if self.targets and all(target.preflight.stopped for target in self.targets):
            self._stop(session)

    def _set_up_targets(self) -> None:
        if self.worker is not None:
            share = int(self.worker["workercount"])
            folder, run = self.worker["piwigo_ledger"]
            self.file = LedgerFile(Path(folder), run, self.worker["workerid"]) if run else None
            for number, (row, banner) in enumerate(self.worker["piwigo_targets"]):
                settings = self.settings.for_target(number) if banner is None else self._own_settings(banner)
                preflight = PreflightResult(**row)
                self.targets.append(Target(preflight.url, settings, self.vault, preflight, share=share, file=self.file))
            return
        if only_lists(self.config):
            release = choose_profile(None, self.settings.release).profile.release
            urls = self.settings.targets or ("http://embedded.invalid/",)
            settings = dataclasses.replace(
                self.settings, site_list=self.settings.site_list if self.settings.targets else self._site_list
            )
            self.targets = [Target(url, settings, self.vault, PreflightResult(url, release)) for url in urls]
            return
        if self.settings.targets:
            self.file, self._earlier = LedgerFile(self.folder, new_run()), abandoned(self.folder)
            if self.config.option.verbose < 0:  # there is no header to say it in
                self.notes += self._earlier
            self.targets = [
                Target(url, self.settings.for_target(number), self.vault, file=self.file)
                for number, url in enumerate(self.settings.targets)
            ]
        else:
            self.targets = [self._embedded_target()]
        for number, target in enumerate(self.targets):
            with self.recorded(number, "preflight") as record:
                try:
                    # the reference's own command is known to work; what its mutants make of it is for checks to say
                    run_preflight(target, try_command=self._embedded is None and not self.settings.dry_run)
                finally:
                    self.ending.take_away(number)
                seconds = [exchange.seconds for exchange in record.transcript.exchanges]
                target.preflight.seconds_per_request = measured(seconds)

    def _embedded_target(self) -> Target:
        from piwigo_contract.reference import Reference, start

        def started(reference: Reference) -> RunningServer:
            try:
                return start(reference, EMBEDDED_PORT)
            except UsageError:  # that port is taken; whatever else is wrong is wrong again
                return start(reference)

        release = EMBEDDED_RELEASE if self.settings.release == "auto" else self.settings.release
        wanted = self.config.stash.get(EMBEDDED, Reference())
        self._embedded = started(dataclasses.replace(wanted, release=release, site_list=self._site_list))
        target = Target(self._embedded.url, self._own_settings(self._embedded.banner), self.vault)
        target.preflight.lines.append("no --target: testing the embedded reference server")
        return target

    def _own_settings(self, banner: dict[str, str]) -> Settings:
        """The settings for the embedded reference, which come with credentials of its own."""
        user, _, password = banner["webmaster"].partition(":")
        return dataclasses.replace(
            self.settings,
            webmaster=(user, password),
            # faults of keys are for the checks to find, not for the preflight
            api_key=None if EMBEDDED in self.config.stash else banner["api_key"],
            expired_key=banner["expired_key"],
            revoked_key=banner["revoked_key"],
            expire_command=banner["expire_command"],
            insecure=banner["url"].startswith("https:"),
            site_list=self._site_list,
            wire=frozenset(WIRE),
        )

    @property
    def _site_list(self) -> SiteList:
        """What the embedded reference forbids to keys besides its release, and does not."""
        return self.settings.site_list or EMBEDDED_SITE_LIST

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Hand the preflight results, and the embedded reference's credentials, to a worker."""
        node.workerinput["piwigo_secrets"] = self._taken_in
        banner = self._embedded.banner if self._embedded else None
        node.workerinput["piwigo_ledger"] = str(self.folder), self.file.run if self.file else ""
        node.workerinput["piwigo_targets"] = [(dataclasses.asdict(target.preflight), banner) for target in self.targets]

    def _stop(self, session: pytest.Session) -> None:
        """No target can be judged: say so in the reports, and end."""
        ends = self.results.ends(pytest.ExitCode.OK)
        self.results.write(ends)
        for command in self.results.annotations(ends):
            print(command, flush=True)
        html_page.write_now(self.config, session)
        reason = escape_ci_commands(on_one_line("; ".join(str(target.preflight.stopped) for target in self.targets)))
        # pytest itself says the reason on stderr; its terminal reporter would say it a second time
        self.config.pluginmanager.unregister(name="terminalreporter")
        pytest.exit(f"no verdict: {reason}", returncode=2)

    def pytest_report_header(self) -> list[str]:
        if self.worker is not None or only_lists(self.config):
            return []
        return terminal.header(self.targets, self._earlier)

    # ------------------------------------------------------------------ what the parts share

    def waivers_of(self, number: int) -> list[Waiver]:
        """The waivers that speak of a target."""
        preflight = self.targets[number].preflight
        return [waiver for waiver in self.waivers if waiver.speaks_of(preflight.url, preflight.release)]

    def new_record(self, number: int, name: str, about: dict[str, Any]) -> Record:
        """What keeps the exchanges of one check, or of whatever else `name` says."""
        return Record(self.vault, number, name, about, everything=self._keeps_all)

    def drained_records(self, *records: Record) -> list[tuple[tuple[int, str], bytes]]:
        """These records, and those of no check, as they travel with a report."""
        drained, self._records = self._records, []
        return packed_records([*drained, *records])

    @contextmanager
    def recorded(self, number: int, phase: str) -> Iterator[Record]:
        """Keep what is exchanged with a target outside of any check."""
        self._phases[number, phase] += 1
        part = f" {times}" if (times := self._phases[number, phase]) > 1 else ""
        worker = f" {self.worker['workerid']}" if self.worker else ""
        record = self.new_record(number, f"{phase}{worker}{part}", {})
        record.transcript.phase = phase
        self.targets[number].gallery.transcript = record.transcript
        try:
            yield record
        finally:
            self.judging.keep(number, record.transcript.exchanges)
            self._records.append(record)

    # ------------------------------------------------------------------ the end

    def pytest_unconfigure(self) -> None:
        for target in self.targets:
            target.gallery.close()
        if self._embedded is not None:
            self._embedded.stop()
        self.results.spool.close()
