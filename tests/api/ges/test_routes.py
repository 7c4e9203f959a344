import pytest

from tests.api.ges.api import Answer, Api


@pytest.mark.parametrize("base", ["", "/engagement/v3"])
def test_an_unknown_path_is_refused_with_the_most_similar_route(api: Api, base: str) -> None:
    assert api.post(f"{base}/callback/create") == Answer(
        404,
        {
            "status": {
                "code": 404,
                "message": f"Nothing is at {base}/callback/create. The nearest is POST {base}/callbacks/create.",
            }
        },
        {},
    )


def test_a_wrong_method_is_refused_with_the_allowed_one(api: Api) -> None:
    assert api.get("/callbacks/create") == Answer(
        405,
        {
            "status": {
                "code": 405,
                "message": "GET is not answered here. The nearest is POST /callbacks/create.",
            }
        },
        {"Allow": "POST, OPTIONS"},
    )


def test_a_path_that_is_not_utf_8_is_an_unknown_path(api: Api) -> None:
    answer = api.get("/callbacks/open-fur/\udcff")
    assert answer.status == 404
    assert answer.body["status"]["message"].startswith("Nothing is at /callbacks/open-fur/?. ")
