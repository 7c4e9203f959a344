"""Routing: the route tables of the APIs, and how a path finds its route."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import takewhile
from typing import Any, Final, TypeAlias
from urllib.parse import unquote_to_bytes

from msgspec import Struct, field
from msgspec.structs import force_setattr, replace

from mockgms.domain.bounded_cache import BoundedCache
from mockgms.domain.quoting import shortened
from mockgms.http.messages import Reply, ReplySteps
from mockgms.http.refusals import UnknownPath, Unreadable, WrongMethod

Handler: TypeAlias = Callable[..., Reply | ReplySteps]

_LONGEST_ARGUMENT: Final = 255
_LONGEST_COMPARED: Final = 200  # characters; comparing takes time that grows with the length


class Deferred:
    """A handler that is made by a function when its route is first found."""

    def __init__(self, make: Callable[[], Handler]) -> None:
        self._make = make

    @cached_property
    def handler(self) -> Handler:
        """The handler itself."""
        return self._make()

    def __call__(self, *arguments: Any) -> Reply | ReplySteps:
        """Call the handler."""
        return self.handler(*arguments)


class Route(Struct, frozen=True):
    """One route: a method and a path pattern with its handler.

    A segment of the `pattern` in braces is a placeholder for any one segment: `/service/callback/{name}`. `operation`
    is a name for logs and scenarios, such as `v1.schedule`. `function` takes the request, the session, the operation
    log (None without a journal) and the decoded segments for the placeholders. It returns the reply, or steps if it may
    take long.
    """

    method: str
    pattern: str
    operation: str
    function: Handler
    placeholders: tuple[str, ...] = ()
    operation_and_version: tuple[str, str] = ("", "")

    def __post_init__(self) -> None:
        """Compute what every request needs: the placeholders, the operation and its version."""
        names = tuple(segment[1:-1] for segment in self.pattern.split("/") if _is_placeholder(segment))
        force_setattr(self, "placeholders", names)
        version, _, operation = self.operation.partition(".")
        force_setattr(self, "operation_and_version", (operation, version))

    def under(self, base: str) -> "Route":
        """Return the same route with a base path in front."""
        return replace(self, pattern=base + self.pattern)


class Match(Struct, frozen=True):
    """A route that was found, with the decoded segments for its placeholders: in order, and by name."""

    route: Route
    args: tuple[str, ...]
    named: Mapping[str, str]


class _Node(Struct):
    """A node of the routing tree, for one beginning of a path. `routes` are the routes that end here."""

    literals: dict[str, "_Node"] = field(default_factory=dict)
    any: "_Node | None" = None
    routes: dict[str, tuple[Route, tuple[str, ...]]] = field(default_factory=dict)

    def step(self, segment: str) -> "_Node":
        """Return the node after a segment of a pattern. It is created if needed."""
        if not _is_placeholder(segment):
            return self.literals.setdefault(segment, _Node())
        if self.any is None:
            self.any = _Node()
        return self.any


class Router:
    """Finds the route of a path, segment by segment. A literal segment takes precedence over a placeholder."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)
        self._root = _Node()
        for route in self._routes:
            node = self._root
            for segment in route.pattern.split("/"):
                node = node.step(segment)
            node.routes[route.method] = route, route.placeholders
        self._find_match: Final = BoundedCache(self._find).__getitem__  # clients poll, so most paths repeat

    def find(self, method: str, path: str) -> Match:
        """Return the route of a percent-encoded path.

        Segments are decoded after the path is split, so `%2F` stays inside its segment. An empty segment matches no
        placeholder. Raises UnknownPath or WrongMethod. Raises Unreadable for a segment that is not UTF-8, has a NUL
        character, or has more than 255 characters.
        """
        return self._find_match((method, path))

    def _find(self, method_and_path: tuple[str, str]) -> Match:
        method, path = method_and_path
        segments: list[str] = []
        node = _reach(self._root, path.split("/"), 0, segments)
        found = None if node is None else node.routes.get(method)
        if found is None:
            raise self._refusal(method, path, node)
        route, names = found
        if isinstance(route.function, Deferred):
            force_setattr(route, "function", route.function.handler)
        args = tuple(map(_decoded, names, segments))
        return Match(route, args, dict(zip(names, args, strict=True)))

    def refusal(self, method: str, path: str) -> UnknownPath | WrongMethod:
        """Return the refusal of a method that no route has."""
        return self._refusal(method, path, _reach(self._root, path.split("/"), 0, []))

    def _refusal(self, method: str, path: str, node: _Node | None) -> UnknownPath | WrongMethod:
        """Return why no route has the method at a path, which ends at the node."""
        if node is None:
            return UnknownPath(shortened(path), self._nearest(method, path, self._routes))
        routes = [route for route, _ in node.routes.values()]
        in_capitals = [route for route in routes if route.method == method.upper()]
        is_certain = not _is_placeholder(routes[0].pattern.rpartition("/")[2])  # otherwise, it may be misspelt
        # Those of the method at the items of a collection: the path may lack the item, as PUT {name} lacks {id}.
        items = [
            each
            for each in self._routes
            if each.method == method and each.pattern.rpartition("/{")[:2] == (routes[0].pattern, "/{")
        ]
        nearest = self._nearest(method, path, in_capitals or items or (routes if is_certain else self._routes))
        return WrongMethod(method, _allowed(node.routes), nearest)

    @staticmethod
    def _nearest(method: str, path: str, routes: Sequence[Route]) -> str:
        """Return the route whose method and pattern are most similar to those of a request, in any case.

        Routes that share more of the first segments with the path take precedence.
        """
        from difflib import SequenceMatcher  # 1 ms, for unknown paths only

        segments = path.lower().split("/")
        shared = [_count_shared(route.pattern.lower().split("/"), segments) for route in routes]
        most = max(shared)
        matcher = SequenceMatcher(None, autojunk=False)
        matcher.set_seq2(f"{method} {path}".lower()[:_LONGEST_COMPARED])
        nearest, likeness = routes[0], -1.0
        for route in (route for route, count in zip(routes, shared, strict=True) if count == most):
            filled = "/".join(_filled(route.pattern.lower(), segments))
            matcher.set_seq1(f"{route.method} {filled}".lower()[:_LONGEST_COMPARED])
            # The first two ratios are upper bounds of the third, which is much slower.
            if min(matcher.real_quick_ratio(), matcher.quick_ratio()) > likeness and matcher.ratio() > likeness:
                nearest, likeness = route, matcher.ratio()
        return f"{nearest.method} {nearest.pattern or '/'}"  # the path of a session alone is empty


def _count_shared(pattern: Sequence[str], segments: Sequence[str]) -> int:
    """Return how many of the first segments of a pattern are those of a path."""
    pairs = zip(pattern, segments, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _allowed(methods: Iterable[str]) -> tuple[str, ...]:
    """Return the methods that a path answers. HEAD is answered like GET, OPTIONS if it is a preflight."""
    allowed = tuple(methods)
    return (*allowed, *(("HEAD",) if "GET" in allowed else ()), "OPTIONS")


def _is_placeholder(segment: str) -> bool:
    return segment.startswith("{")


def _reach(node: _Node, segments: list[str], at: int, args: list[str]) -> _Node | None:
    """Return the node where the segments end, and add the segments for placeholders to `args`."""
    if at == len(segments):
        return node if node.routes else None
    segment = segments[at]
    literal = node.literals.get(segment)
    if literal is not None and (found := _reach(literal, segments, at + 1, args)) is not None:
        return found
    if node.any is None or not segment:
        return None
    args.append(segment)
    if (found := _reach(node.any, segments, at + 1, args)) is None:
        args.pop()
    return found


def _decoded(name: str, segment: str) -> str:
    """Return the text of a segment. Raises Unreadable for the placeholder `name`."""
    text = segment
    if "%" in segment or not segment.isascii():
        try:
            text = unquote_to_bytes(segment.encode("utf-8", "surrogateescape")).decode()
        except UnicodeError:
            raise Unreadable(name, "is not UTF-8") from None
    if "\0" in text:
        raise Unreadable(name, "has a NUL character in it")
    if len(text) > _LONGEST_ARGUMENT:
        raise Unreadable(name, f"has more than {_LONGEST_ARGUMENT} characters")
    return text


def _filled(pattern: str, segments: list[str]) -> Iterator[str]:
    """Yield the segments of a pattern, with placeholders replaced by the segments of a path.

    They stay if the two share no segment. Otherwise, a pattern of placeholders would be similar to every path.
    """
    own = pattern.split("/")
    shares = any(mine and mine == other for mine, other in zip(own, segments, strict=False))
    for index, segment in enumerate(own):
        filled = shares and _is_placeholder(segment) and index < len(segments) and segments[index]
        yield filled or segment
