"""`python -m piwigo_contract` is `piwigo-contract`."""

import sys

from piwigo_contract.cli import main

sys.exit(main())
