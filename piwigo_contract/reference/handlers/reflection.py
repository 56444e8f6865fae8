"""What the gallery says of its own methods. Source: include/ws_core.inc.php."""

from __future__ import annotations

from typing import Any

from piwigo_contract.reference.call import Call
from piwigo_contract.reference.encoders import Items
from piwigo_contract.reference.gallery import Gallery
from piwigo_contract.reference.model import PwgError
from piwigo_contract.reference.registry import method
from piwigo_contract.reference.signatures import INVALID


@method("reflection.getMethodList")
def get_method_list(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    return {"methods": Items(list(gallery.methods()), "method")}


@method("reflection.getMethodDetails")
def get_method_details(gallery: Gallery, call: Call, params: dict[str, Any]) -> Any:
    signature = gallery.methods().get(params["methodName"])
    if signature is None:
        raise PwgError(INVALID, "Requested method does not exist")
    return signature.details()
