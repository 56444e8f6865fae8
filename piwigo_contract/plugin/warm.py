"""Imports, reads and compiles what a run takes: a process that is forked after that has it for nothing."""

from __future__ import annotations

import contextlib
import gc
import io

import pytest

from piwigo_contract.client.trust import system_trust
from piwigo_contract.generation.hypothesis_profiles import make_ready
from piwigo_contract.options import own_arguments
from piwigo_contract.report.page import compile_templates
from piwigo_contract.results.document import suite_commit

with contextlib.redirect_stdout(io.StringIO()):
    pytest.main(own_arguments(["--collect-only", "-q", "-p", "no:cacheprovider", "-p", "no:html"]))
make_ready()
system_trust()
suite_commit()
compile_templates()
gc.freeze()  # nothing of it need be looked through by each of them
