"""TLS: the certificates of the server."""

import socket
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from trustme import CA

from mockgms.files.regular_file import read_file
from mockgms.server.cannot_serve import CannotServe

_LARGEST: Final = 1 << 20  # bytes of a certificate or key file
_VALIDITY: Final = timedelta(days=397)  # Safari refuses longer validity
_ORGANIZATION: Final = "mockgms local authority"
# Names of a server on this machine: local names, the host as containers see it, and a container.
_NAMES: Final = ("localhost", "*.localhost", "127.0.0.1", "::1", "host.docker.internal", "mockgms")
_MISSING: Final = "--tls-self-signed needs the package trustme, which is not installed: pip install trustme"
_NO_TEMPORARY_FILE: Final = "--tls-self-signed has to write a temporary file; set TMPDIR to a writable folder"


class NoIdentity(CannotServe):
    """No certificate can be used."""


class Identity(NamedTuple):
    """A certificate with its key, ready for use. `authority` is the certificate of a local authority, in PEM."""

    context: ssl.SSLContext
    authority: bytes | None = None


def identity_from_files(certificate: Path, key: Path | None) -> Identity:
    """Return the identity in PEM files. Without a `key`, the certificate file contains it. Raises NoIdentity."""
    context = _context()
    for option, file in (("--tls-cert", certificate), ("--tls-key", key)):
        try:
            if file is not None:
                read_file(file, _LARGEST)
        except OSError as error:
            raise NoIdentity(option, f"cannot read {file}: {error.strerror}") from None
    try:
        # Without a function for the password, OpenSSL asks at the terminal.
        context.load_cert_chain(certificate, key, password=lambda: "")
    except ssl.SSLError as error:
        raise _explain(error, certificate, key or certificate) from None
    return Identity(context)


def self_signed_identity(host: str) -> Identity:
    """Return an identity for a server that listens at a host, from a new authority. Raises NoIdentity."""
    try:
        import trustme
    except ImportError:
        raise NoIdentity("--tls-self-signed", _MISSING) from None
    authority = trustme.CA(organization_name=_ORGANIZATION)
    own = [name for name in (socket.gethostname(), host) if _is_certifiable(authority, name)]
    until = datetime.now(UTC) + _VALIDITY
    certificate = authority.issue_cert(*dict.fromkeys((*_NAMES, *own)), not_after=until.replace(tzinfo=None))
    context = _context()
    try:
        certificate.configure_cert(context)
    except OSError as error:  # OpenSSL needs a temporary file
        raise NoIdentity("--tls-self-signed", f"{_NO_TEMPORARY_FILE}: {error.strerror or error}") from None
    return Identity(context, authority.cert_pem.bytes())


def _is_certifiable(authority: "CA", name: str) -> bool:
    """Return True if a certificate can contain the name. Names with an underscore cannot be in one."""
    try:
        authority.issue_cert(name)
    except ValueError:
        return False
    return True


def _context() -> ssl.SSLContext:
    return ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)


def _explain(error: ssl.SSLError, certificate: Path, key: Path) -> NoIdentity:
    if error.reason == "KEY_VALUES_MISMATCH":
        return NoIdentity("--tls-key", f"the key in {key} does not belong to the certificate in {certificate}")
    try:
        _context().load_verify_locations(certificate)
    except ssl.SSLError:
        return NoIdentity("--tls-cert", f"{certificate} holds no certificate in PEM")
    return NoIdentity("--tls-key", f"{key} holds no private key in PEM, or one with a password")
