"""Requests to several servers behind a proxy, and their merged answers."""

import argparse
import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from typing import Final, TypeVar

from mockgms.client import Client
from mockgms.client.bodies import Json
from mockgms.commands.options import admin_token, is_given
from mockgms.domain.quoting import quoted

_Answer = TypeVar("_Answer")

OWN_HELP: Final = "leave out inherited rules and magic-*"
REPLICAS_HELP: Final = "ask all of these servers, and merge their answers"
# From the least to the most. The merged state of a rule is the highest of its states on the replicas.
_STATES: Final = ("hidden", "never_reached", "matched", "fired")
_MAGIC: Final = "magic-"  # the beginning of the names of rules in the scenario magic-numbers
_SAMPLE: Final = re.compile(r"(?P<name>[A-Za-z_:][A-Za-z0-9_:]*)(?:\{(?P<labels>.*)\})?(?P<value> .*)")


def urls(text: str) -> tuple[str, ...]:
    """Parse URLs that are separated by commas."""
    found = tuple(url.strip().rstrip("/") for url in text.split(","))
    if not all(found):
        raise argparse.ArgumentTypeError(f"{quoted(text)} has an empty URL: separate the URLs by single commas")
    if len(set(found)) < len(found):
        raise argparse.ArgumentTypeError(f"{quoted(text)} has a URL twice: its server would be counted twice")
    return found


def check_replicas(options: argparse.Namespace) -> None:
    """Raise ValueError if both a server and replicas are given, because only the replicas would be asked."""
    if options.replicas and is_given(options, "--url"):
        raise ValueError("--url cannot be combined with --replicas: add the server to --replicas, or leave out one")


def read_sessions(client: Client, options: argparse.Namespace) -> list[Json]:
    """Return the sessions of the server, or those of all replicas, each with its `replica`."""
    if not options.replicas:
        return client.sessions
    answers = _ask_each(options, lambda replica: replica.sessions)
    return [{**session, "replica": url} for url, sessions in answers.items() for session in sessions]


def read_coverage(client: Client, options: argparse.Namespace) -> Json:
    """Return the coverage of the named session, or by default of all sessions, including deleted ones."""

    def ask(server: Client) -> Json:
        return server.coverage(all_sessions=options.session is None)

    coverage = merge_coverage(_ask_each(options, ask).values()) if options.replicas else ask(client)
    return own_coverage(coverage) if options.own else coverage


def read_metrics(client: Client, options: argparse.Namespace) -> str:
    """Return the metrics of the server, or those of all replicas with the label `replica`."""
    if not options.replicas:
        return client.metrics
    return merge_metrics(_ask_each(options, lambda replica: replica.metrics))


def merge_coverage(answers: Iterable[Json]) -> Json:
    """Return the sum of coverages, in the form of one."""
    rules: dict[tuple[str | None, str], Json] = {}
    dropped = 0
    for answer in answers:
        dropped += answer["dropped"]
        for rule in answer["rules"]:
            known = rules.setdefault((rule["scenario"], rule["name"]), {**rule, "matches": 0, "firings": 0})
            known["matches"] += rule["matches"]
            known["firings"] += rule["firings"]
            known["state"] = max(known["state"], rule["state"], key=_STATES.index)
    return _with_totals([*rules.values()], dropped)


def own_coverage(coverage: Json) -> Json:
    """Return a coverage without inherited rules and without rules of magic numbers, in the same form."""
    rules = [rule for rule in coverage["rules"] if not rule["inherited"] and not rule["name"].startswith(_MAGIC)]
    return _with_totals(rules, coverage["dropped"])


def _with_totals(rules: list[Json], dropped: int) -> Json:
    fired = sum(rule["state"] == "fired" for rule in rules)
    percent = round(100 * fired / len(rules), 1) if rules else 100.0
    return {"rules": rules, "fired": fired, "total": len(rules), "percent": percent, "dropped": dropped}


def merge_metrics(texts: Mapping[str, str]) -> str:
    """Return the metrics of several texts as one. The key of a text becomes the label `replica` of its samples."""
    families: dict[str, list[str]] = {}  # the samples, by the lines above them
    for replica, text in texts.items():
        label = replica.replace("\\", r"\\").replace('"', r"\"")
        head, samples = "", families.setdefault("", [])
        for line in text.splitlines():
            if line.startswith("# HELP "):
                head = line
            elif line.startswith("# TYPE "):
                samples = families.setdefault(f"{head}\n{line}", [])
            elif sample := _SAMPLE.fullmatch(line):
                labels = f",{sample['labels']}" if sample["labels"] else ""
                samples.append(f'{sample["name"]}{{replica="{label}"{labels}}}{sample["value"]}')
    return "\n".join(line for head, samples in families.items() if samples for line in (head, *samples))


def _ask_each(options: argparse.Namespace, ask: Callable[[Client], _Answer]) -> dict[str, _Answer]:
    """Return the answer of each replica, by its URL. Raises NotReached or Refused if one of them gives no answer."""
    answers = {}
    with ExitStack() as stack:
        for url in options.replicas:
            client = stack.enter_context(Client(url, token=admin_token(options)))
            answers[url] = ask(client if options.session is None else client.session(options.session))
    return answers
