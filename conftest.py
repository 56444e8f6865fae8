"""Makes `pytest` work in a checkout that is not installed; everything else is in piwigo_contract.plugin."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

pytest_plugins = ["piwigo_contract.plugin"]
