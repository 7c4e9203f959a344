import re

from mockgms.domain.ids import Ids

UUID_4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def test_ids_are_uuids_of_version_4_with_every_variant() -> None:
    ids = Ids(1)
    drawn = [ids.for_answer() for _ in range(100)]
    assert all(UUID_4.fullmatch(each) for each in drawn)
    assert {each[19] for each in drawn} == set("89ab")
    assert len(set(drawn)) == 100


def test_a_seed_gives_the_same_ids_in_each_release() -> None:
    ids = Ids(7)
    assert ids.for_answer() == "9060f45c-42ff-41a2-bdd0-280439d6187a"
    assert ids.for_callback() == "3c3b6277-e78f-44a9-ab29-79a2f94ce593"


def test_the_ids_of_callbacks_do_not_depend_on_those_of_answers() -> None:
    ids, other = Ids(7), Ids(7)
    other.for_answer()
    assert ids.for_callback() == other.for_callback()


def test_restored_ids_continue_the_exported_ones() -> None:
    ids, other = Ids(7), Ids(8)
    ids.for_answer()
    other.restore_state(ids.export_state())
    assert (other.for_answer(), other.for_callback()) == (ids.for_answer(), ids.for_callback())
