"""Command-line options, each with a corresponding environment variable."""

import argparse
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Final, Self

from mockgms.domain.quoting import quoted

_IGNORED: Final = "ignored_variables"  # the attribute with the reasons, by the destination of the option
_MAX_DIGITS: Final = 6
_MAX_TOKEN: Final = 4_096  # bytes of the file with the token
_MIN_SECONDS: Final = 0.1
_MAX_SECONDS: Final = 3_600
_WORDS: Final = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
# If a service is called `mockgms`, Kubernetes and Docker set variables with such values in every container.
_SERVICE_LINK: Final = ("tcp://", "udp://", "sctp://")


class InvalidOption(Exception):
    """The value of an option cannot be used. The message says which, why, and what to do."""


class InvalidVariable(Exception):
    """The value of an environment variable is invalid. The message names the variable and says what to do."""


class _FromVariable(str):  # noqa: SLOT000  # only a few objects
    """The text of an option that comes from its environment variable."""

    variable: str
    default: str | None  # the text to use if this one is ignored

    @classmethod
    def read(cls, name: str, default: str | None) -> Self | None:
        """Return the text in the variable of an option, or None if it is unset or empty."""
        variable = variable_of(name)
        text = os.environ.get(variable)
        if not text:
            return None
        option_text = cls(text)
        option_text.variable, option_text.default = variable, default
        return option_text


class _Given(argparse.Action):
    """Stores the value of an option, and that it was given on the command line."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,  # noqa: ARG002  # the signature of argparse
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,  # noqa: ARG002  # the same
    ) -> None:
        """Store the value."""
        setattr(namespace, self.dest, True if self.nargs == 0 else values)
        setattr(namespace, _given_attribute(self.dest), True)


def add_option(
    parser: argparse.ArgumentParser,
    name: str,
    default: str | None,
    form: str,
    meaning: str,
    kind: Callable[[str], Any] = str,
) -> argparse.Action:
    """Add an option with a value. An empty variable counts as not set.

    A value with `://` in the variable is probably a service link of Kubernetes, and is ignored with a warning. Options
    of kind `url` ignore only values that begin like such links. Those of kind `token` or `token_in_file` ignore none.
    """
    shown = f"; default {default}" if default else ""
    help_text = f"{meaning} (${variable_of(name)}{shown})"
    _note_if_ignored(parser, name, kind)
    read = _Reader(kind)
    return parser.add_argument(
        name,
        action=_Given,
        type=read,
        default=_FromVariable.read(name, default) or default,
        metavar=form,
        help=help_text,
    )


def add_address(parser: argparse.ArgumentParser, host: str, port: str) -> None:
    """Add the options for the host and the port of a server, with their meanings."""
    add_option(parser, "--host", "localhost", "ADDRESS", host, address)
    add_option(parser, "--port", "8080", "NUMBER", port, up_to(65_535, "a port: "))


def add_flag(parser: argparse.ArgumentParser, name: str, meaning: str) -> None:
    """Add an option without a value. Its variable is a boolean, and an empty one counts as not set."""
    help_text = f"{meaning} (${variable_of(name)})"
    _note_if_ignored(parser, name, _truth)
    flag = parser.add_argument(
        name, action=_Given, nargs=0, default=_FromVariable.read(name, "false") or "false", help=help_text
    )
    flag.type = _Reader(_truth)  # argparse parses text defaults with it, so an invalid variable is an error


def named(options: argparse.Namespace, name: str, message: str) -> str:
    """Return a message about an option's value, with the variable in front if the value comes from there."""
    return f"{variable_of(name)}: {message}" if is_from_variable(options, name) else message


def is_from_variable(options: argparse.Namespace, name: str) -> bool:
    """Return whether the value of an option comes from its environment variable."""
    return not is_given(options, name) and bool(os.environ.get(variable_of(name)))


def is_given(options: argparse.Namespace, name: str) -> bool:
    """Return whether an option was given on the command line."""
    return bool(getattr(options, _given_attribute(_destination(name)), False))


def _given_attribute(destination: str) -> str:
    """Return the attribute that says whether an option was given on the command line.

    Each option has a separate attribute, because the values of a subcommand replace those of the parser above it.
    """
    return f"is_{destination}_given"


def notices(options: argparse.Namespace) -> list[str]:
    """Return a sentence for each variable that is ignored."""
    return [
        sentence
        for destination, sentence in getattr(options, _IGNORED, {}).items()
        if not getattr(options, _given_attribute(destination), False)
    ]


def _note_if_ignored(parser: argparse.ArgumentParser, name: str, kind: Callable[[str], Any]) -> None:
    """If the variable of an option is ignored, store the sentence about it in the defaults of the parser."""
    variable = variable_of(name)
    text = os.environ.get(variable, "")
    if not _is_ignored(text, kind):
        return
    sentence = (
        f"{variable} is ignored, because {quoted(text)} is a link to a service:"
        " unset the variable, or set the value that you mean"
    )
    known = parser.get_default(_IGNORED) or {}
    parser.set_defaults(**{_IGNORED: {**known, _destination(name): sentence}})


def _destination(name: str) -> str:
    return name.removeprefix("--").replace("-", "_")


class one_of:  # noqa: N801  # used as a function
    """A parser for one of the words."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words

    def __call__(self, text: str) -> str:
        """Return the text. Raises ArgumentTypeError if it is not one of the words."""
        if text not in self.words:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is not one of {', '.join(self.words)}")
        return text


def address(text: str) -> str:
    """Return a host or an address unchanged. Raises ArgumentTypeError if it is empty."""
    if not text:
        raise argparse.ArgumentTypeError(
            "an address is empty: give localhost, another address, or :: for all addresses"
        )
    return text


def written_path(text: str) -> str:
    """Return a path unchanged. Raises ArgumentTypeError if it is empty, which would mean the current folder."""
    if not text:
        raise argparse.ArgumentTypeError("a path is empty: give the path of a file or a folder")
    return text


def path(text: str) -> Path:
    """Parse a path. Raises ArgumentTypeError if it is empty."""
    return Path(written_path(text))


def token(text: str) -> str:
    """Parse a token that is valid in a header."""
    if not re.fullmatch("[!-~]+", text):
        raise argparse.ArgumentTypeError("a token consists of letters, digits and punctuation, without spaces")
    return text


def token_in_file(text: str) -> str:
    """Return the token in a file, without the spaces and line breaks around it. Raises ArgumentTypeError."""
    from mockgms.files.regular_file import read_file  # only for the option

    file = written_path(text)
    try:
        content = read_file(Path(file), _MAX_TOKEN)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise argparse.ArgumentTypeError(f"cannot read {file}: {error.strerror}") from None
    except ValueError:  # the path has a NUL character, or the content is not text
        content, text = b"", ""
    if len(content) > _MAX_TOKEN:
        raise argparse.ArgumentTypeError(f"{file} has more than {_MAX_TOKEN:,} bytes: name a file with a token alone")
    try:
        return token(text.strip())
    except argparse.ArgumentTypeError as error:
        raise argparse.ArgumentTypeError(f"{file} has no token: {error}") from None


def admin_token(options: argparse.Namespace) -> str | None:
    """Return the token of the admin API, or None."""
    found: str | None = getattr(options, _destination(token_option(options)))
    return found


def token_option(options: argparse.Namespace) -> str:
    """Return the option with the token of the admin API. One on the command line takes precedence over variables.

    Otherwise, `--admin-token` takes precedence over `--admin-token-file`.
    """
    names = ("--admin-token", "--admin-token-file")
    given = (name for name in names if is_given(options, name))
    return next(given, names[0] if options.admin_token else names[1])


def url(text: str) -> str:
    """Return the URL of a server unchanged. The client checks it."""
    return text


def up_to(limit: int, name: str = "") -> Callable[[str], int]:
    """Return a parser for a number from 0 to `limit`. `name` precedes the number in its errors, such as `a port: `."""

    def read(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > _MAX_DIGITS or int(text) > limit:
            raise argparse.ArgumentTypeError(f"{quoted(text)} is not {name}a number from 0 to {limit}")
        return int(text)

    return read


def seconds(text: str) -> float:
    """Parse a number of seconds, from 0.1 to 3,600."""
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text) or not _MIN_SECONDS <= float(text) <= _MAX_SECONDS:
        raise argparse.ArgumentTypeError(
            f"{quoted(text)} is not a number of seconds from {_MIN_SECONDS} to {_MAX_SECONDS}"
        )
    return float(text)


def variable_of(name: str) -> str:
    """Return the environment variable of an option."""
    return "MOCKGMS" + name.upper().replace("--", "_").replace("-", "_")


class _Reader:
    """A parser whose errors name the variable if the value comes from there. `words` has the only possible values."""

    def __init__(self, kind: Callable[[str], Any]) -> None:
        self._kind = kind
        self.words: Sequence[str] = kind.words if isinstance(kind, one_of) else ()

    def __call__(self, text: str) -> Any:
        if not isinstance(text, _FromVariable):
            return self._kind(text)
        if _is_ignored(text, self._kind):
            return None if text.default is None else self._kind(text.default)
        try:
            return self._kind(str(text))
        except argparse.ArgumentTypeError as error:
            raise InvalidVariable(f"{text.variable}: {error}; correct the variable, or unset it") from None


def _is_ignored(text: str, kind: Callable[[str], Any]) -> bool:
    if kind in (token, token_in_file):  # any text may be a token or a path, and ignoring it would open the admin API
        return False
    return text.startswith(_SERVICE_LINK) if kind is url else "://" in text


def _truth(text: str) -> bool:
    truth = _WORDS.get(text.lower())
    if truth is None:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is neither true nor false")
    return truth
