"""Messages that many tests expect. The test beside each asserts its text."""

NOT_A_TIME = "is not an ISO 8601 time such as 2026-03-02T08:55:00.000Z"  # tests/domain/test_instants.py
NOT_REGULAR = "not a regular file: save its contents to a regular file"  # tests/files/test_regular_file.py
TOO_MANY_STEPS = (  # tests/scenario/test_budget.py
    "the patterns take more than 50000 steps together (a glob one for each character, a regular expression those of"
    " its program): simplify them, or write fewer"
)
