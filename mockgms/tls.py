"""TLS: by which certificate the server shows who it is."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from mockgms.regular_file import read_file

_LARGEST: Final = 1 << 20  # bytes of a file of certificates
_LASTS: Final = timedelta(days=397)  # Safari takes no certificate that is good for longer
_ORGANIZATION: Final = "mockgms local authority"
# What a server on this machine is called: by itself, from its containers, and as a container.
_NAMES: Final = ("localhost", "*.localhost", "127.0.0.1", "::1", "host.docker.internal", "mockgms")
_MISSING: Final = (
    "--tls-self-signed needs the package trustme, which is not installed beside mockgms: pip install trustme"
)


class NoIdentity(Exception):
    """There is no certificate that can be used; the text says why."""


class Identity(NamedTuple):
    """A certificate with its key, ready to be used; `authority` is the certificate of a local authority, in PEM."""

    context: ssl.SSLContext
    authority: bytes | None = None


def identity_from_files(certificate: Path, key: Path | None) -> Identity:
    """The identity in files of PEM; without a `key` that is in the file of the certificate. Raises NoIdentity."""
    context = _context()
    for file in filter(None, (certificate, key)):
        try:
            read_file(file, _LARGEST)
        except OSError as error:
            raise NoIdentity(f"cannot read {file}: {error.strerror}") from None
    try:
        context.load_cert_chain(certificate, key, password=lambda: "")  # without one it asks at the terminal
    except ssl.SSLError as error:
        raise NoIdentity(_why(error, certificate, key or certificate)) from None
    return Identity(context)


def self_signed_identity(host: str) -> Identity:
    """An identity for a server that listens at a host, by an authority made for it. Raises NoIdentity."""
    try:
        import trustme
    except ImportError:
        raise NoIdentity(_MISSING) from None
    authority = trustme.CA(organization_name=_ORGANIZATION)
    names = dict.fromkeys((*_NAMES, socket.gethostname(), host))
    until = datetime.now(UTC) + _LASTS
    certificate = authority.issue_cert(*names, not_after=until.replace(tzinfo=None))
    context = _context()
    certificate.configure_cert(context)
    return Identity(context, authority.cert_pem.bytes())


def _context() -> ssl.SSLContext:
    return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)


def _why(error: ssl.SSLError, certificate: Path, key: Path) -> str:
    if error.reason == "KEY_VALUES_MISMATCH":
        return f"the key in {key} is not that of the certificate in {certificate}"
    try:
        _context().load_verify_locations(certificate)
    except ssl.SSLError:
        return f"{certificate} holds no certificate in PEM"
    return f"{key} holds no private key in PEM, or one with a password"
