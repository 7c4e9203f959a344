"""The command `mockgms completion`: prints the script with which a shell completes commands and options.

The scripts are derived from the parsers. They are static, so completing a word starts no program. Of the known
libraries, argcomplete starts Python for each completion, and shtab does not support fish.
"""

import argparse
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from mockgms.commands.options import one_of
from mockgms.commands.parsers import Parser

_SHELLS: Final = ("bash", "zsh", "fish")


class _Words(NamedTuple):
    """The words that may follow a command: its path, its subcommands or values, and its options, each with its help.

    `values` has the options that take a value, each with the words that it may be. It is empty for any value.
    """

    path: tuple[str, ...]
    commands: Sequence[tuple[str, str]]
    options: Sequence[tuple[str, str]]
    values: Mapping[str, Sequence[str]]


def add_completion(parser: Parser, whole: Callable[[], Parser]) -> None:
    """Add the options of the command. `whole` returns the parser of the program."""
    parser.add_argument("shell", type=one_of(_SHELLS), metavar="SHELL", help=f"one of {', '.join(_SHELLS)}")
    parser.values = tuple((shell, "") for shell in _SHELLS)
    parser.set_defaults(command=lambda options: _complete(options.shell, whole()))


def _complete(shell: str, parser: Parser) -> int:
    words = list(_walk((), parser))
    print(_fish(words) if shell == "fish" else _bash(words, is_zsh=shell == "zsh"))
    return 0


def _walk(path: tuple[str, ...], parser: Parser) -> Iterator[_Words]:
    """Yield the words of a parser and those of all its commands."""
    options = [
        (name, (action.help or "").replace("%%", "%"))
        for action in parser._actions  # noqa: SLF001  # argparse has no other way to list them
        for name in action.option_strings
    ]
    nested = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]  # noqa: SLF001  # the same
    commands = [(each.dest, each.help or "") for action in nested for each in action._get_subactions()]  # noqa: SLF001
    values = {
        name: getattr(action.type, "words", ())
        for action in parser._actions  # noqa: SLF001  # the same
        for name in action.option_strings
        if action.nargs != 0
    }
    yield _Words(path, [*commands, *parser.values], options, values)
    for action in nested:
        for name, lazy in action.choices.items():
            yield from _walk((*path, name), lazy.filled())


def _bash(words: Sequence[_Words], *, is_zsh: bool) -> str:
    """Return a script that finds the longest known path of commands among the words before the cursor."""
    cases = "\n".join(
        f"    {'.'.join(('mockgms', *path))}) words='{' '.join(name for name, _ in (*commands, *options))}' ;;"
        for path, commands, options, _ in words
    )
    values = "\n".join(
        f"    {'.'.join(('mockgms', *each.path))}.{name}) words='{' '.join(allowed)}' ;;"
        for each in words
        for name, allowed in each.values.items()
    )
    known = " ".join(".".join(("mockgms", *each.path)) for each in words)
    head = "autoload -U +X bashcompinit && bashcompinit\n" if is_zsh else ""
    return f"""{head}_mockgms() {{
  local word last=${{COMP_WORDS[COMP_CWORD]}} path=mockgms words known=' {known} '
  for word in "${{COMP_WORDS[@]:1:COMP_CWORD-1}}"; do
    [[ $known == *" $path.$word "* ]] && path=$path.$word
  done
  case $path in
{cases}
  esac
  case $path.${{COMP_WORDS[COMP_CWORD-1]}} in
{values}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$last"))
  [[ ${{#COMPREPLY[@]}} -gt 0 || $last == -* ]] || COMPREPLY=($(compgen -f -- "$last"))
}}
complete -F _mockgms mockgms"""


def _fish(words: Sequence[_Words]) -> str:
    lines = []
    for path, commands, options, values in words:
        seen = [f"__fish_seen_subcommand_from {name}" for name in path]
        unseen = [f"not __fish_seen_subcommand_from {' '.join(name for name, _ in commands)}"] if commands else []
        condition = "; and ".join([*seen, *unseen])
        where = f" -n '{condition}'" if condition else ""
        lines += [f"complete -c mockgms{where} -f -a {name} -d {_quoted(meaning)}" for name, meaning in commands]
        for name, meaning in options:
            form = f"-l {name[2:]}" if name.startswith("--") else f"-s {name[1:]}"
            words_of = values.get(name)
            value = f" -x -a '{' '.join(words_of)}'" if words_of else "" if words_of is None else " -r"
            lines.append(f"complete -c mockgms{where} {form}{value} -d {_quoted(meaning)}")
    return "\n".join(lines)


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"
