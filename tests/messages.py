"""Messages that many tests expect. The test beside each asserts its text."""

from typing import Final

# Values in requests, options and scenarios.
HAS_NUL: Final = "has a NUL character in it"  # tests/http/test_body.py
NAME_TOO_LONG: Final = "has more than 255 characters"  # tests/http/test_routing.py
NOT_A_DAY: Final = "is not a day: Mon, Tue, Wed, Thu, Fri, Sat or Sun"  # tests/scenario/test_opening.py
NOT_A_DURATION: Final = "is not a duration such as 30s, 5m, 1h, 31d or PT5M"  # tests/scenario/test_durations.py
NOT_A_FLAG: Final = "must be true or false, not"  # tests/http/test_query.py
NOT_A_NUMBER: Final = "must be a whole number of at most 18 digits, not"  # tests/http/test_query.py
NOT_A_SESSION_ID: Final = (  # tests/api/admin/test_sessions.py
    "must be 1 to 64 letters, digits, dots, dashes or underscores, and start with a letter or digit"
)
NOT_A_TIME: Final = "is not an ISO 8601 time such as 2026-03-02T08:55:00.000Z"  # tests/domain/test_instants.py
NOT_A_TOKEN: Final = (  # tests/commands/test_options.py
    "a token consists of letters, digits and punctuation, without spaces"
)
NOT_A_URL: Final = (  # tests/client/test_server_connection.py
    "is not the URL of a server, such as http://localhost:8080"
)
NOT_A_ZONE: Final = "is not a time zone such as Europe/Paris"  # tests/scenario/test_values.py
NOT_HOURS: Final = "is not hours such as 09:00-09:05"  # tests/scenario/test_opening.py
NOT_REGULAR: Final = "not a regular file: save its contents to a regular file"  # tests/files/test_regular_file.py
NOT_WEEKLY_HOURS: Final = "is not weekly hours such as Mon-Fri 09:00-18:00"  # tests/scenario/test_opening.py
NO_ZONE: Final = "has no zone: end it with Z or an offset such as +01:00"  # tests/http/test_query.py
OUTSIDE_THE_YEARS: Final = "lies outside the years 1000 to 9997"  # tests/domain/test_instants.py
SERVICE_UNKNOWN: Final = (  # tests/api/admin/test_services.py
    "service 'salse' is not in the scenario, did you mean `sales`? (there are: sales)"
)
TOO_MANY_NAMES: Final = "has more than 200 names: ask for fewer at a time"  # tests/http/test_query.py
TOO_MANY_STEPS: Final = (  # tests/scenario/test_budget.py
    "the patterns take more than 50000 steps together (a glob one for each character, a regular expression those of"
    " its program): simplify them, or write fewer"
)

# Snapshots.
ID_TAKEN: Final = "is that of another callback too"  # tests/domain/test_bookings_export.py
NOT_A_SLOT_OF_SALES: Final = "is not when a slot of 'sales' starts"  # tests/domain/test_bookings_export.py
NOT_THE_SLOT: Final = "is not the slot of the desired time"  # tests/domain/test_bookings_export.py

# Scenarios and rules.
CANNOT_LOOK: Final = "cannot look for scenarios in the folder"  # tests/test_cli.py
FIRES_NEVER: Final = "never fires: its `times` is 0"  # tests/scenario/test_ineffective_rules.py
RULE_MISTAKEN: Final = "The rule has mistakes; nothing has changed."  # tests/api/admin/test_rules.py
SCENARIO_MISTAKEN: Final = (  # tests/api/admin/test_scenario.py
    "The scenario has mistakes; the previous one stays active."
)

# Answers.
DROPPED: Final = "or it was dropped for newer ones."  # tests/api/admin/test_requests.py
IMPOSSIBLE: Final = (  # tests/api/gms/test_refusals.py
    "is disallowed, because it is invalid. Check option _disallow_impossible_phone_numbers"
)
NO_TOKEN: Final = (  # tests/http/test_access.py
    "The admin API requires a token, but none was sent: send `Authorization: Bearer TOKEN`."
)
OFFICE_CLOSED_V3: Final = (  # tests/api/ges/test_refusals.py
    "Office closed at the desired time. Proposing time slots."
)
PREMIUM: Final = (  # tests/api/gms/test_refusals.py
    "is disallowed, because it's a premium number. Check option _disallow_premium_phone_numbers"
)
SESSION_FULL: Final = (  # tests/api/admin/test_refusals.py
    "The session has reached its limit of 1,000 bytes for callbacks, counters and rules: "
    "reset the session (POST /__admin/reset) or use another one."
)
SLOT_FULL: Final = "Too many requests at this time. Proposing time slots."  # the tests/api/g*s/test_refusals.py
WRONG_TOKEN: Final = "The token is wrong: send the admin token of the server."  # tests/http/test_access.py
