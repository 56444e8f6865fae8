"""`python -m piwigo_contract.merge` is `piwigo_contract.commands.merge`, by the name that people know."""

import sys

from piwigo_contract.commands.merge import main

if __name__ == "__main__":
    sys.exit(main())
