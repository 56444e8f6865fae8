"""A certificate that a server signs for itself, made anew for each run by the openssl command."""

from __future__ import annotations

import ipaddress
import shutil
import subprocess
from pathlib import Path

from piwigo_contract.errors import UsageError

_DAYS = 30
_REQUEST = """
[req]
distinguished_name = name
prompt = no
x509_extensions = extensions
[name]
CN = piwigo-reference
[extensions]
subjectAltName = {names}
subjectKeyIdentifier = hash
basicConstraints = critical, CA:TRUE
keyUsage = critical, digitalSignature, keyCertSign
"""


def self_signed(host: str, folder: Path) -> tuple[Path, Path]:
    """Make a certificate for a host and this machine; gives a file of it alone, and one with its key (PEM).

    Raises UsageError where there is no openssl, or it fails.
    """
    openssl = shutil.which("openssl")
    if openssl is None:
        raise UsageError("--tls: a certificate is made by openssl, which is not installed; --tls FILE takes your own")
    request, key, certificate, both = (folder / name for name in ("request", "key.pem", "ca.pem", "both.pem"))
    names = dict.fromkeys((_alternative(host), "DNS:localhost", "IP:127.0.0.1", "IP:::1"))
    request.write_text(_REQUEST.format(names=", ".join(names)), encoding="utf-8")
    command = [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    command += ["-days", str(_DAYS), "-config", str(request), "-keyout", str(key), "-out", str(certificate)]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode != 0:
        raise UsageError(f"--tls: openssl makes no certificate: {' '.join(made.stderr.split())}")
    both.touch(mode=0o600)
    both.write_text(certificate.read_text() + key.read_text())
    return certificate, both


def _alternative(host: str) -> str:
    try:
        return f"IP:{ipaddress.ip_address(host)}"
    except ValueError:
        return f"DNS:{host}"
