"""An OpenAPI 3.1 document of a gallery's methods, made of what the gallery's own reflection tells.

`python -m piwigo_contract.commands.openapi --target URL` writes one, and with --release alone that of a release. Those
are in specs/openapi/, for each release whose methods are not those of the one that it extends.
"""

from piwigo_contract.methods.openapi.document import openapi_document
from piwigo_contract.methods.openapi.gaps import gaps

__all__ = ["gaps", "openapi_document"]
