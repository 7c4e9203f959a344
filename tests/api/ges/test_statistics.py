from tests.api.ges.api import Answer, Api


def test_the_answer_of_statistics_is_an_empty_object(api: Api) -> None:
    assert api.post("/engagement/v3/statistics/operations/get-statistic-ex") == Answer(
        200, {"status": {"code": 0, "message": "Successful"}, "data": {}}, {}
    )
