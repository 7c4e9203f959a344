"""Inert answers: the headers that keep what a rule or a request decides from acting in the server's origin.

Every page may have the mock answer with a body of its choice: the API that is mocked is open to all origins, and a
request can bring its own fault along. A browser that shows such a body would run its scripts as those of the mock's own
pages, which may use the admin API. So an answer that a rule writes itself carries SANDBOX, whatever its type is: there
is no list of dangerous types that could lack one. A sandboxed document has an opaque origin and runs nothing. What it
sends carries `Origin: null`, which `access` refuses. Several policies of one answer only ever narrow each other, so
that a policy of the rule's own stays beside this one and cannot widen it.

Every other answer is JSON, CSV or plain text, which a browser shows as text as long as it does not guess: NOSNIFF
forbids that. It also keeps such an answer from being loaded as a script or a style sheet.

The body and its Content-Type stay as the rule has them. Clients that are no browsers ignore both headers.
"""

import re
from typing import Final

NOSNIFF: Final = ("X-Content-Type-Options", "nosniff")
SANDBOX: Final = (
    "Content-Security-Policy",
    "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)

# What makes a browser act in the name of the host when somebody follows a link: ask for a password, go elsewhere, let a
# page send cookies. A request may not ask for it either. It may ask for a `Location`, as tests of redirects do, if that
# is a path of the mock (STAYS): the sandbox does not hold a redirect back.
ACTING: Final = frozenset(
    {
        "access-control-allow-credentials",
        "access-control-allow-private-network",
        "link",
        "proxy-authenticate",
        "refresh",
        "www-authenticate",
    }
)
STAYS: Final = re.compile(r"/(?:[^/\\\s][^\\\s]*)?")

# What a browser keeps for the whole host, other ports included, or for longer than it shows the answer. A rule may send
# them, because whoever wrote it may steer the mock. A request may not ask for them, because any page can send one.
OF_THE_HOST: Final = frozenset(
    {
        "accept-ch",
        "activate-storage-access",
        "alt-svc",
        "attribution-reporting-register-source",
        "attribution-reporting-register-trigger",
        "clear-site-data",
        "critical-ch",
        "expect-ct",
        "nel",
        "observe-browsing-topics",
        "origin-agent-cluster",
        "public-key-pins",
        "public-key-pins-report-only",
        "report-to",
        "reporting-endpoints",
        "sec-session-registration",
        "service-worker-allowed",
        "set-cookie",
        "set-cookie2",
        "set-login",
        "speculation-rules",
        "strict-transport-security",
        "use-as-dictionary",
    }
)
