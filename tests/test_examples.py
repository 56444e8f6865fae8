"""The examples of docs/examples: each client does what its own tests say; the fixtures that come with the package."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import PATIENCE, ROOT, clean_environment

EXAMPLES = ROOT / "docs" / "examples"
COMMANDS = Path(sys.executable).parent


def run(*command, folder):
    path = f"{COMMANDS}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE, check=False,
                          env={**clean_environment(), "PATH": path})  # fmt: skip


def needs(program):
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"{program} is not installed")


def test_python():
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", ".",
               folder=EXAMPLES / "python")  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "11 passed" in done.stdout


@needs("node")
def test_javascript():
    done = run("node", "--test", "--test-reporter=tap", folder=EXAMPLES / "javascript")
    assert done.returncode == 0, done.stdout
    assert "# pass 8" in done.stdout


@needs("php")
def test_php():
    done = run("php", "-d", "error_reporting=-1", "-d", "display_errors=1", "test.php", folder=EXAMPLES / "php")
    assert (done.returncode, done.stdout, done.stderr) == (0, "all is well\n", "")


def test_a_run_that_uses_no_gallery_imports_none(tmp_path):
    """Neither the server nor what it stands on."""
    (tmp_path / "test_own.py").write_text(
        "import sys\n"
        "def test_own():\n"
        "    assert not [name for name in sys.modules if name.startswith(('piwigo_contract.reference', 'werkzeug'))]\n"
    )
    done = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder=tmp_path)
    assert done.returncode == 0, done.stdout
