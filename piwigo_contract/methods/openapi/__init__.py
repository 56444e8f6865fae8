"""An OpenAPI 3.1 document of a gallery's methods, made of what the gallery's own reflection tells.

`python -m piwigo_contract.commands.openapi --target URL` writes one; those of the releases are in specs/openapi/.
"""

from piwigo_contract.methods.openapi.document import openapi_document
from piwigo_contract.methods.openapi.gaps import gaps

__all__ = ["gaps", "openapi_document"]
