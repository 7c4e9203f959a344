"""The command `mockgms completion`: prints the script with which a shell completes commands and options.

The scripts are derived from the parsers. They are static, so completing a word starts no program, except for the names
of scenarios, sessions and rules, which a running server has. Of the known libraries, argcomplete starts Python for each
completion, and shtab does not support fish.
"""

import argparse
import re
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple

from mockgms.commands.options import admin_token, one_of
from mockgms.commands.parsers import Parser

if TYPE_CHECKING:
    from mockgms.client import Client

_SHELLS: Final = ("bash", "zsh", "fish")
_KEYS: Final = {"scenarios": "name", "sessions": "id", "rules": "name"}  # the field with the name, by kind
_NAMED: Final = {"--session": "sessions"}  # the kind of names that an option takes
_CONNECTING: Final = ("--url", "--session", "--admin-token", "--admin-token-file")
_PATIENCE: Final = 1.0  # seconds to wait for a server
_PLAIN: Final = re.compile(r"[A-Za-z0-9_@%+:,./][A-Za-z0-9_@%+:,./-]*")  # needs no quotes, and cannot run as code
_ASK: Final = "mockgms completion bash --names {} --line"  # the shell makes no difference


class _Words(NamedTuple):
    """The words that may follow a command: its path, its subcommands or values, and its options, each with its help.

    `values` has the options that take a value, each with the allowed words, or none if any value is allowed. `names`
    says which names of a server may follow: `scenarios` or `rules`.
    """

    path: tuple[str, ...]
    commands: Sequence[tuple[str, str]]
    options: Sequence[tuple[str, str]]
    values: Mapping[str, Sequence[str]]
    names: str


def add_completion(parser: Parser, whole: Callable[[], Parser]) -> None:
    """Add the options of the command. `whole` returns the parser of the program."""
    parser.add_argument("shell", type=one_of(_SHELLS), metavar="SHELL", help=f"one of {', '.join(_SHELLS)}")
    parser.values = tuple((shell, "") for shell in _SHELLS)
    parser.add_argument("--names", type=one_of(tuple(_KEYS)), help=argparse.SUPPRESS)
    parser.add_argument("--line", default="", help=argparse.SUPPRESS)
    parser.set_defaults(
        command=lambda options: (
            _complete(options.shell, whole()) if options.names is None else _print_names(options, whole())
        )
    )


def _print_names(options: argparse.Namespace, parser: Parser) -> int:
    """Print the names that a server has, one a line. Without a whole answer within a second, print nothing.

    The options in the line that is being completed select the server and the session. Names that a shell would have to
    quote are left out.
    """
    selected = parser.parse_args(["ctl", "clock", *_options_in(options.line)])
    names = list[str]()
    asking = Thread(target=lambda: names.extend(_names(options.names, selected)), daemon=True)
    asking.start()
    asking.join(_PATIENCE)  # the client has a time limit for each byte only
    for name in names:
        print(name)
    return 0


def _names(kind: str, selected: argparse.Namespace) -> list[str]:
    """Return the plain names of a kind that the selected server has. Other servers have none."""
    from mockgms.client import AdminError, Client  # 60 ms, not needed for the scripts

    try:
        with Client(selected.url, timeout=_PATIENCE, token=admin_token(selected)) as client:
            names = [each[_KEYS[kind]] for each in _found(client, kind, selected.session)]
            return [name for name in names if _PLAIN.fullmatch(name)]
    except (AdminError, OSError, ValueError, LookupError, TypeError, RecursionError):
        return []


def _found(client: "Client", kind: str, session: str | None) -> Sequence[Mapping[str, str]]:
    if kind == "scenarios":
        return client.scenarios
    sessions = client.sessions
    if kind == "sessions":
        return sessions
    if session is None:
        return client.rules
    return client.session(session).rules if any(each["id"] == session for each in sessions) else ()  # opens no session


def _options_in(line: str) -> list[str]:
    """Return the options of a command line that select a server and a session, each as `--name=value`."""
    try:
        words = shlex.split(line)
    except ValueError:  # a quote is open
        words = line.split()
    found = [word for word in words if word.startswith(tuple(f"{name}=" for name in _CONNECTING))]
    return found + [f"{name}={value}" for name, value in pairwise(words) if name in _CONNECTING]


def _complete(shell: str, parser: Parser) -> int:
    words = list(_walk((), parser))
    print(_fish(words) if shell == "fish" else _bash(words, is_zsh=shell == "zsh"))
    return 0


def _walk(path: tuple[str, ...], parser: Parser) -> Iterator[_Words]:
    """Yield the words of a parser and those of all its commands."""
    actions = [each for each in parser._actions if each.help != argparse.SUPPRESS]  # noqa: SLF001  # there is no other way
    options = [(name, (action.help or "").replace("%%", "%")) for action in actions for name in action.option_strings]
    nested = [each for each in actions if isinstance(each, argparse._SubParsersAction)]  # noqa: SLF001  # the same
    commands = [(each.dest, each.help or "") for action in nested for each in action._get_subactions()]  # noqa: SLF001
    values = {
        name: getattr(action.type, "words", ())
        for action in actions
        for name in action.option_strings
        if action.nargs != 0
    }
    yield _Words(path, [*commands, *parser.values], options, values, parser.names)
    for action in nested:
        for name, lazy in action.choices.items():
            yield from _walk((*path, name), lazy.filled())


def _bash(words: Sequence[_Words], *, is_zsh: bool) -> str:
    """Return a script that finds the longest known path of commands among the words before the cursor."""
    cases = "\n".join(
        f"    {'.'.join(('mockgms', *path))}) offered='{' '.join(name for name, _ in (*commands, *options))}' ;;"
        for path, commands, options, *_ in words
    )
    named = [
        *(f"    *.{name}) names={kind} ;;" for name, kind in _NAMED.items()),
        "    *.-*) ;;",
        *(f"    {'.'.join(('mockgms', *each.path))}.*) names={each.names} ;;" for each in words if each.names),
    ]
    names = "\n".join(named)
    values = "\n".join(
        f"    {'.'.join(('mockgms', *each.path))}.{name}) offered='{' '.join(allowed)}' ;;"
        for each in words
        for name, allowed in each.values.items()
    )
    known = " ".join(".".join(("mockgms", *each.path)) for each in words)
    ask = _ASK.format("$names")
    head = "autoload -U +X bashcompinit && bashcompinit\n" if is_zsh else ""
    return f"""{head}_mockgms() {{
  local word last=${{COMP_WORDS[COMP_CWORD]}} place=mockgms offered names= known=' {known} '
  for word in "${{COMP_WORDS[@]:1:$((COMP_CWORD-1))}}"; do
    [[ $known == *" $place.$word "* ]] && place=$place.$word
  done
  case $place in
{cases}
  esac
  case $place.${{COMP_WORDS[COMP_CWORD-1]}} in
{values}
  esac
  case $place.${{COMP_WORDS[COMP_CWORD-1]}} in
{names}
  esac
  [[ -z $names || $last == -* ]] || offered+=" $({ask} "$COMP_LINE" 2>/dev/null)"
  COMPREPLY=($(compgen -W "$offered" -- "$last"))
  [[ ${{#COMPREPLY[@]}} -gt 0 || $last == -* ]] || COMPREPLY=($(compgen -f -- "$last"))
}}
complete -F _mockgms mockgms"""


def _fish(words: Sequence[_Words]) -> str:
    lines = []
    for path, commands, options, values, names in words:
        seen = [f"__fish_seen_subcommand_from {name}" for name in path]
        unseen = [f"not __fish_seen_subcommand_from {' '.join(name for name, _ in commands)}"] if commands else []
        condition = "; and ".join([*seen, *unseen])
        where = f" -n '{condition}'" if condition else ""
        lines += [f"complete -c mockgms{where} -f -a {name} -d {_quoted(meaning)}" for name, meaning in commands]
        lines += [f"complete -c mockgms{where} -f -a '{_asking(names)}'"] if names else []
        for name, meaning in options:
            form = f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
            words_of = values.get(name)
            offered = _asking(_NAMED[name]) if name in _NAMED else " ".join(words_of or ())
            value = f" -x -a '{offered}'" if offered else "" if words_of is None else " -r"
            lines.append(f"complete -c mockgms{where} {form}{value} -d {_quoted(meaning)}")
    return "\n".join(lines)


def _asking(kind: str) -> str:
    return f"({_ASK.format(kind)} (commandline -cp) 2>/dev/null)"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
