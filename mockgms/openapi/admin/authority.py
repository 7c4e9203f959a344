"""What is told of the authority of the server."""

from typing import Annotated, Final

from msgspec import Meta

from mockgms.openapi.described import Case, Described, Table, Told

_CERTIFICATE: Final = "-----BEGIN CERTIFICATE-----\nMIIB...\n-----END CERTIFICATE-----\n"

TABLE: Table = {
    "GET /ca.pem": Described(
        "The certificate of the server's own authority, to be trusted.",
        Annotated[str, Meta(description="In PEM")],
        detail="There is one with `--tls-self-signed`.",
        cases=(
            Told("It has one", 200, "application/x-x509-ca-cert", _CERTIFICATE),
            Case("It has none"),
        ),
    ),
}
