from uuid import UUID

import msgspec

from mockgms.api.ges.envelope import Wording, failure, success
from tests.api.ges.api import Answer, Api, plain


def test_a_success_has_code_0_and_its_data(api: Api) -> None:
    reply = success(api.session, b'{"a":1}')
    assert plain(reply) == Answer(200, {"status": {"code": 0, "message": "Successful"}, "data": {"a": 1}}, {})


def test_a_failure_has_its_code_and_message_and_no_data(api: Api) -> None:
    reply = failure(api.session, Wording(400, 501, 'say "why"'))
    assert plain(reply) == Answer(400, {"status": {"code": 501, "message": 'say "why"'}}, {})


def test_a_failure_can_have_data_and_headers(api: Api) -> None:
    reply = failure(api.session, Wording(429, 7041, "Full."), b"{}", (("Retry-After", "3"),))
    assert plain(reply) == Answer(429, {"status": {"code": 7041, "message": "Full."}, "data": {}}, {"Retry-After": "3"})


def test_each_answer_has_a_different_correlation_id(api: Api) -> None:
    bodies = [msgspec.json.decode(success(api.session, b"1").body) for _ in range(100)]
    assert len({UUID(body["status"]["corrId"]) for body in bodies}) == 100
