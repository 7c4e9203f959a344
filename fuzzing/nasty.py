"""Values that often break programs, and small random changes to texts, bytes and JSON."""

from random import Random
from typing import Any, Final, TypeAlias

Json: TypeAlias = Any  # what json.loads returns

TEXTS: Final = (
    *("", " ", "0", "-1", "1", "1.5", "1e309", "NaN", "Infinity", "-0", "true", "null", "on", "None"),
    *("2147483648", "9007199254740992", "9007199254740993", "99999999999999999999999999", "0x10", "١٢٣"),
    *(
        "'",
        '"',
        "\\",
        "%",
        "%%",
        "%ff",
        "%00",
        "%2F",
        "%2e%2e",
        "&",
        "=",
        ";",
        "#",
        "?",
        "//",
        "..",
        "../../etc/passwd",
    ),
    *(
        "\r\n",
        "\n",
        "\t",
        "\x00",
        "\x07",
        "\x1b[31m",
        "\x1b]52;c;cm0=\x07",
        "\x7f",
        "\x85",
        "\u2028",
        "\ufeff",
        "\ufffe",
    ),
    *(
        "\u202eevil",
        "\u200f",
        "a\u0301",
        "ß",
        "İ",
        "ﷺ",
        "\U0001d4b3",
        "👩‍👩‍👧",
        "\ud800",
        "é" * 300,
        "\U0001d4b3" * 300,
    ),
    *("<script>alert(1)</script>", "${phone}", "${now}", "{{7*7}}", "__proto__", "constructor", "[]", "{}", "[[[["),
    *(
        "*",
        "?",
        "[",
        "[!",
        "[z-a]",
        "/(/",
        "/a{1000}/",
        "/(a+)+$/",
        "/\\C/",
        "//",
        "!!python/object:os.system",
        "&a [*a]",
    ),
    *("2026-02-30T00:00:00Z", "0000-00-00T00:00:00Z", "9999-12-31T23:59:59Z", "9997-12-31T23:59:59.999Z"),
    *("1000-01-01T00:00:00Z", "0999-12-31T23:59:59Z", "2026-03-29T02:30:00", "2026-03-02T10:00:00+23:59", "24:00"),
    *(
        "2026-03-02T10:00:00Z",
        "2026-03-02T10:07:30.123456789Z",
        "1772445600000",
        "-62135596800000",
        "PT5M",
        "P1Y",
        "31d",
    ),
    *("Europe/Paris", "Etc/GMT+14", "../../etc/localtime", "Asia/Kolkata", "Mars/Base", "UTC\x00"),
    *("+14155550100", "(415) 555-0100", "%2B14155550100", "tel:+1", "+" * 50, "4" * 400, "phone" * 500),
)

NUMBERS: Final = (0, 1, -1, 5, 366, 367, 2**31, 2**53, 2**53 + 1, 2**63, -(2**63) - 1, 10**30, 0.5, -0.0, 1e308)


def text(random: Random) -> str:
    """Return a nasty text; now and then two of them joined."""
    chosen = random.choice(TEXTS)
    return chosen + random.choice(TEXTS) if random.random() < 0.2 else chosen


def value(random: Random) -> Json:
    """Return a nasty JSON value: a text, number, constant, list or object, some of them deeply nested."""
    match random.randrange(8):
        case 0 | 1 | 2 | 3:
            return text(random)
        case 4 | 5:
            return random.choice(NUMBERS)
        case 6:
            return random.choice((True, False, None, [], {}, [None], {"": ""}))
    nested: Json = random.choice(TEXTS)
    for _ in range(random.choice((2, 31, 32, 33, 60))):
        nested = [nested] if random.random() < 0.5 else {"a": nested}
    return nested


def change(random: Random, tree: Json, changes: int = 1) -> Json:
    """Return a copy of a JSON value with some of its parts replaced, removed, doubled or renamed."""
    for _ in range(changes):
        tree = _changed(random, tree)
    return tree


def damage(random: Random, raw: bytes) -> bytes:
    """Return bytes with one to four small changes: flips, cuts, doubled and inserted pieces."""
    damaged = bytearray(raw)
    for _ in range(random.randint(1, 4)):
        at = random.randrange(len(damaged) + 1)
        match random.randrange(6):
            case 0:
                damaged[at : at + 1] = bytes([random.randrange(256)])
            case 1:
                del damaged[at : at + random.choice((1, 2, 8, 64))]
            case 2:
                damaged[at:at] = damaged[at : at + random.choice((1, 4, 32))] * random.choice((1, 2, 50))
            case 3:
                damaged[at:at] = encode(text(random))
            case 4:
                damaged[at:at] = random.choice(
                    (b"\r\n", b"\n", b"\r", b"\0", b" ", b":", b"\r\n\r\n", b"\xff\xfe", b"\x80")
                )
            case _:
                other = random.randrange(len(damaged) + 1)
                damaged[at : at + 8], damaged[other : other + 8] = damaged[other : other + 8], damaged[at : at + 8]
    return bytes(damaged)


def encode(given: str) -> bytes:
    """Return a text as UTF-8; lone surrogates become the three bytes that strict decoders refuse."""
    return given.encode("utf-8", "surrogatepass")


def _changed(random: Random, tree: Json) -> Json:
    """One change at a random depth: containers near the top are entered more often than replaced."""
    if isinstance(tree, dict) and tree and random.random() < 0.9:
        name = random.choice(list(tree))
        if random.random() < 0.7:
            return {**tree, name: _changed(random, tree[name])}
        return _changed_object(random, tree, name)
    if isinstance(tree, list) and tree and random.random() < 0.9:
        return _changed_list(random, tree)
    return _changed_scalar(random, tree)


def _changed_list(random: Random, tree: list[Json]) -> Json:
    at = random.randrange(len(tree))
    match random.randrange(6):
        case 0:
            return [*tree, tree[at]]
        case 1:
            return tree[:at] + tree[at + 1 :]
        case 2:
            return tree[at:] + tree[:at]
    return [*tree[:at], _changed(random, tree[at]), *tree[at + 1 :]]


def _changed_object(random: Random, tree: dict[str, Json], name: str) -> Json:
    rest = {key: inside for key, inside in tree.items() if key != name}
    match random.randrange(4):
        case 0:
            return rest
        case 1:
            return {**rest, text(random): tree[name]}
        case 2:
            return {**tree, random.choice(list(tree)): tree[name]}
    return {**tree, name: value(random)}


def _changed_scalar(random: Random, scalar: Json) -> Json:
    if isinstance(scalar, int | float) and random.random() < 0.6:
        return random.choice((scalar + 1, scalar - 1, -scalar, scalar * 1000, scalar + 60_000, scalar + 86_400_000))
    if isinstance(scalar, str) and random.random() < 0.4:
        at = random.randrange(len(scalar) + 1)
        return scalar[:at] + text(random) + scalar[at:]
    return value(random)
