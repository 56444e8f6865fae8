"""`python -m piwigo_contract.matrix` is `piwigo_contract.commands.matrix`, by the name that people know."""

import sys

from piwigo_contract.commands.matrix import main

if __name__ == "__main__":
    sys.exit(main())
