"""The base class of the reasons why a server cannot start."""


class CannotServe(Exception):
    """The server cannot start. `option` is the option to change; the message says why and what to do."""

    def __init__(self, option: str, message: str) -> None:
        super().__init__(message)
        self.option = option
