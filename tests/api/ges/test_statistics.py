from tests.api.ges.api import Answer, Api


def test_statistics_are_an_object_of_which_nothing_is_known(api: Api) -> None:
    assert api.post("/engagement/v3/statistics/operations/get-statistic-ex") == Answer(
        200, {"status": {"code": 0, "message": "Successful"}, "data": {}}, {}
    )
