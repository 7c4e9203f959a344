"""Headers that keep browsers from running answers in the server's origin.

Any page can make the mock answer with a body of its choice: the mocked API is open to all origins, and a request can
ask for a fault. Without protection, scripts in this body would run like those of the mock's own pages, which may use
the admin API.

So every answer whose body a rule writes has SANDBOX, whatever its type: a list of dangerous types could miss one. A
sandboxed document has an opaque origin and runs no script. Its requests have `Origin: null`, which `access` refuses. An
answer can have several policies, and all of them apply, so a policy of the rule can only be stricter.

Every other answer is JSON, CSV or plain text. NOSNIFF keeps browsers from guessing another type, and from loading it as
a script or style sheet.

The body and its Content-Type stay as the rule defines them. Other clients ignore both headers.
"""

from typing import Final

from mockgms.domain.lazy_regex import lazy_regex

NOSNIFF: Final = ("X-Content-Type-Options", "nosniff")
SANDBOX: Final = (
    "Content-Security-Policy",
    "sandbox; default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
)

# Headers that make a browser act for the host when somebody follows a link: ask for a password, go elsewhere, let a
# page send cookies. A request may not ask for them. The sandbox does not stop redirects, so a request may ask for a
# `Location`, as tests of redirects do, only if it is a path of the mock (LOCAL_PATH).
ACTING_HEADERS: Final = frozenset(
    {
        "access-control-allow-credentials",
        "access-control-allow-private-network",
        "link",
        "proxy-authenticate",
        "refresh",
        "www-authenticate",
    }
)
LOCAL_PATH: Final = lazy_regex(r"/(?:[^/\\\s][^\\\s]*)?")

# Headers that a browser stores for the whole host with all ports, or for longer than it shows the answer. A rule may
# send them, because its author may control the mock. A request may not ask for them: any page can send requests.
HOST_WIDE_HEADERS: Final = frozenset(
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
