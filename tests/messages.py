"""Messages that many tests expect. The test beside each asserts its text."""

from typing import Final

# Values in requests, options and scenarios.
HAS_NUL: Final = "has a NUL character in it"  # tests/http/test_body.py
NAME_TOO_LONG: Final = "has more than 255 characters"  # tests/http/test_routing.py
NOT_A_DAY: Final = "is not a day: Mon, Tue, Wed, Thu, Fri, Sat or Sun"  # tests/scenario/test_opening.py
NOT_A_DURATION: Final = "is not a duration such as 30s, 5m, 1h, 31d or PT5M"  # tests/scenario/test_durations.py
NOT_A_FLAG: Final = "must be true or false, not"  # tests/http/test_query.py
NOT_A_FOR: Final = "is not a duration of more than 0s and at most a year"  # tests/scenario/test_armed_rule_texts.py
NOT_A_NUMBER: Final = "must be a whole number of at most 18 digits, not"  # tests/http/test_query.py
NOT_A_REGEX: Final = "is not a regular expression: missing ): "  # tests/scenario/test_patterns.py
NOT_A_SESSION_ID: Final = (  # tests/api/admin/test_sessions.py
    "must be 1 to 64 letters, digits, dots, dashes or underscores, and start with a letter or digit"
)
NOT_A_SLOT_LENGTH: Final = "is not one of 5, 10, 15, 20, 30, 60, 120 minutes"  # tests/scenario/test_gms_options.py
NOT_A_STATUS: Final = "matches no status: statuses are 100 to 599"  # tests/session/verification/test_filters.py
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
NO_PATTERN: Final = "the pattern is empty: write * to match anything"  # tests/scenario/test_patterns.py
NO_ZONE: Final = "has no zone: end it with Z or an offset such as +01:00"  # tests/http/test_query.py
OUTSIDE_THE_YEARS: Final = "lies outside the years 1000 to 9997"  # tests/domain/test_instants.py
SERVICE_UNKNOWN: Final = (  # tests/api/admin/test_services.py
    "service 'salse' is not in the scenario, did you mean `sales`? (there are: sales)"
)
TOO_LONG: Final = "is longer than a hundred years: give at most 36600d"  # tests/scenario/test_durations.py
TOO_MANY_NAMES: Final = "has more than 200 names: ask for fewer at a time"  # tests/http/test_query.py
TOO_MANY_STEPS: Final = (  # tests/scenario/test_budget.py
    "the patterns take more than 50000 steps together (a glob one for each character, a regular expression those of"
    " its program): simplify them, or write fewer"
)

# Bodies.
HAS_FRACTION: Final = "is a number with a fraction: send a phone number as text"  # tests/http/test_body.py
NOT_AN_OBJECT: Final = "body must be an object, not a list: write"  # tests/api/admin/test_clock.py
NOT_AS_ENCODED: Final = "as its header Content-Encoding says"  # tests/http/test_content_encoding.py
NO_OBJECT_IN_JSON: Final = "is JSON, but not an object"  # tests/http/test_body.py
NO_SERVICE: Final = (  # tests/api/admin/test_callbacks.py
    'service is required: write the name of a service, such as "sales"'
)
TOO_DEEP: Final = "is more than 32 levels deep"  # tests/http/test_body.py

# Files and options of commands.
ADMIN_CLOSED: Final = "the admin API is closed, because others can reach"  # tests/http/test_access.py
CANNOT_LISTEN: Final = "cannot listen at 192.0.2.1, port"  # tests/server/test_listening.py
FILE_TOO_LARGE: Final = "is larger than 1048576 bytes"  # tests/scenario/test_document.py
NOT_A_PORT_FILE: Final = "it exists and is not a port file"  # tests/files/test_port_file.py
OTHER_HOST: Final = "; choose another with --host"  # tests/server/test_listening.py
PORT_TAKEN: Final = "is taken; choose another with --port, or --port 0"  # tests/server/test_listening.py
UNUSED_VARIABLE: Final = "the variable NOPE is not used in"  # tests/commands/test_checking.py

# Snapshots.
ID_TAKEN: Final = "is that of another callback too"  # tests/domain/test_bookings_export.py
NOT_A_SLOT_OF_SALES: Final = "is not when a slot of 'sales' starts"  # tests/domain/test_bookings_export.py
NOT_THE_SLOT: Final = "is not the slot of the desired time"  # tests/domain/test_bookings_export.py

# Scenarios and rules.
A_FAULT: Final = (  # tests/scenario/test_rulebook.py
    "a fault is a name such as `throttle`, or a map such as `{fault: server_error, status: 503}`"
)
A_RULE: Final = (  # tests/scenario/test_armed_rule_texts.py
    "a rule is a map of keys and values that begins with `name: ...`"
)
A_SCENARIO: Final = "a scenario is a map of keys and values"  # tests/scenario/test_document.py
CANNOT_LOOK: Final = "cannot look for scenarios in the folder"  # tests/test_cli.py
COMES_FIRST: Final = "comes first and matches all of its requests"  # tests/scenario/test_unreachable_rules.py
ENDS_TOO_EARLY: Final = "`to` must be later than `from`"  # tests/scenario/test_rulebook.py
ENTRY_NOT_REACHED: Final = (  # tests/scenario/test_ineffective_rules.py
    "never reaches entry 2 of its sequence: its `times` is 1"
)
FAULT_REQUIRED: Final = "at least one fault is required"  # tests/scenario/test_rulebook.py
FIRES_NEVER: Final = "never fires: its `times` is 0"  # tests/scenario/test_ineffective_rules.py
HOLDS_ALWAYS: Final = (  # tests/scenario/test_ineffective_rules.py
    "never fires: its `unless` holds for all requests that match its `when`"
)
INDENTED: Final = (  # tests/scenario/test_yaml_mistakes.py
    "is indented below a line that already has a value: indent both keys equally"
)
NOT_ACTED_ON: Final = "1 option of GMS that mockgms does not act on:"  # tests/scenario/test_gms_options.py
NOT_BY_USUAL_CLIENTS: Final = "never fires for usual clients: they send no"  # tests/scenario/test_unmet_conditions.py
NO_ANCHOR: Final = (  # tests/scenario/test_yaml_mistakes.py
    "refers to no anchor that is complete before it; put a text that begins with * in quotes:"
)
NO_EFFECT: Final = "1 option has no effect in mockgms:"  # tests/scenario/test_option_export.py
NO_END: Final = (  # tests/scenario/test_rule_language.py
    "`retry_after: until_over` requires that the rule ends: by a `during` with an end"
)
NO_ENTRY: Final = "takes at least one entry"  # tests/scenario/test_rulebook.py
NO_SERVICE_NAME: Final = "a service's name has 1 to 255 characters"  # tests/scenario/test_reading.py
OR_LATER: Final = ", or +10m from the session's start"  # tests/scenario/test_rulebook.py
OVER_AT_ONCE: Final = (  # tests/scenario/test_unreachable_rules.py
    "fires only if the clock is set back: its `during` is over when the clock starts"
)
OWN_PARENT: Final = "a scenario cannot be its own parent"  # tests/scenario/test_catalog.py
QUOTE_NOT_CLOSED: Final = (  # tests/scenario/test_yaml_mistakes.py
    "is not YAML: the quote that begins here is not closed"
)
RULE_MISTAKEN: Final = "The rule has mistakes; nothing has changed."  # tests/api/admin/test_rules.py
SCENARIO_MISTAKEN: Final = (  # tests/api/admin/test_scenario.py
    "The scenario has mistakes; the previous one stays active."
)
SET_TWICE: Final = "is set twice: keep it here or in line"  # tests/scenario/test_document.py
SPACE_MISSING: Final = "a space is missing after the colon"  # tests/scenario/test_yaml_mistakes.py
WEIGHT_0: Final = "its weight is 0"  # tests/scenario/test_ineffective_rules.py

# Answers.
CANNOT_GO_BACK: Final = "by is negative, but the clock can only advance"  # tests/api/admin/test_clock.py
DROPPED: Final = "or it was dropped for newer ones."  # tests/api/admin/test_requests.py
IMPOSSIBLE: Final = (  # tests/api/gms/test_refusals.py
    "is disallowed, because it is invalid. Check option _disallow_impossible_phone_numbers"
)
NOT_MOCKED: Final = "path is not a path of the mocked API"  # tests/api/admin/test_explain_described.py
NO_CREDENTIALS: Final = (  # tests/api/admin/test_refusal_text.py
    "the scenario requires a key or password, and the request has none"
)
NO_SLASH: Final = "path must begin with a /"  # tests/api/admin/test_explain_described.py
NO_TOKEN: Final = (  # tests/http/test_access.py
    "The admin API requires a token, but none was sent: send `Authorization: Bearer TOKEN`."
)
OFFICE_CLOSED_V3: Final = (  # tests/api/ges/test_refusals.py
    "Office closed at the desired time. Proposing time slots."
)
OWN_DEFECT: Final = "A defect of mockgms: see its log."  # tests/api/admin/test_refusals.py
PREMIUM: Final = (  # tests/api/gms/test_refusals.py
    "is disallowed, because it's a premium number. Check option _disallow_premium_phone_numbers"
)
SCENARIO_UNUSABLE: Final = "scenario cannot be used:"  # tests/api/admin/test_sessions.py
SESSION_FULL: Final = (  # tests/api/admin/test_refusals.py
    "The session has reached its limit of 1,000 bytes for callbacks, counters and rules: "
    "reset the session (POST /__admin/reset) or use another one."
)
SLOT_FULL: Final = "Too many requests at this time. Proposing time slots."  # the tests/api/g*s/test_refusals.py
WRONG_TOKEN: Final = "The token is wrong: send the admin token of the server."  # tests/http/test_access.py
