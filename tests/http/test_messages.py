from mockgms.http.messages import JSON, Reply, ReplySteps, Request, finish


def test_query_parameters_are_decoded_and_keep_all_their_values() -> None:
    request = Request("GET", "/", "a=1&b=x%20y&a=2&c=p+q&d=%2B1")
    assert request.params() == {"a": ["1", "2"], "b": ["x y"], "c": ["p q"], "d": ["+1"]}


def test_an_empty_query_parameter_counts_as_not_sent() -> None:
    assert Request("GET", "/", "start=&end").params() == {}


def test_a_request_without_a_query_has_no_parameters() -> None:
    assert Request("GET", "/").params() == {}


def test_a_reply_is_json_by_default() -> None:
    assert Reply(200) == Reply(200, b"", JSON, ())


def test_a_long_operation_can_be_finished_at_once() -> None:
    def steps() -> ReplySteps:
        yield
        yield
        return Reply(201)

    assert finish(steps()) == Reply(201)


def test_the_reply_of_a_short_operation_is_finished_already() -> None:
    assert finish(Reply(201)) == Reply(201)
