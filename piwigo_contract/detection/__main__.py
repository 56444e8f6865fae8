"""`python -m piwigo_contract.detection`: runs the suite on every mutant of the reference."""

from __future__ import annotations

import sys

from piwigo_contract.detection.command import main

if __name__ == "__main__":
    sys.exit(main())
