from pathlib import Path

from fuzzing.step import Step, load, save

STEP = Step("damaged", (b"GET / HT\x00\xff", b"TP/1.1\r\n\r\n"), session="fuzz-1", half_close=True)
REQUEST = Step("GET /", (b"GET / HTTP/1.1\r\n\r\n",), (("GET", "/"),))


def test_saved_steps_are_loaded_as_they_were(tmp_path: Path) -> None:
    save(tmp_path / "finds" / "find.json", "what was found", [STEP, REQUEST])
    assert load(tmp_path / "finds" / "find.json") == [STEP, REQUEST]


def test_a_chunk_of_a_file_may_be_written_as_repeated_pieces(tmp_path: Path) -> None:
    file = tmp_path / "find.json"
    file.write_text('{"found": "", "steps": [{"kind": "big", "chunks": [[["n=", 1], ["ab", 3]]]}]}')
    assert load(file) == [Step("big", (b"n=ababab",))]


def test_every_file_of_the_corpus_can_be_loaded() -> None:
    files = list((Path(__file__).parents[2] / "fuzzing" / "corpus").glob("*.json"))
    assert files
    assert all(load(file) for file in files)
