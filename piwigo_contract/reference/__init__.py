"""The embedded target: a small, faithful stand-in for Piwigo's ws.php and the pages around it.

`start(Reference(release="16.4"))` serves one on loopback; `piwigo-reference` does so from a terminal.
"""

from piwigo_contract.reference.reference import Reference, RunningServer, start

__all__ = ["Reference", "RunningServer", "start"]
