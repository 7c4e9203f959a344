from mockgms.api.definition import Api
from mockgms.domain.refusals import Refusal
from mockgms.http.messages import Reply, Request
from mockgms.http.routing import Route
from mockgms.session import Session


def answer() -> Reply:
    return Reply(200)


def refuse(refusal: Refusal, session: Session) -> Reply:
    return Reply(400)


def admit(request: Request, session: Session) -> None:
    return


def test_the_routes_of_an_api_are_mounted_under_each_of_its_base_paths() -> None:
    routes = (Route("POST", "/create", "v3.schedule", answer), Route("GET", "/open", "v3.open_for", answer))
    api = Api(("/engagement/v3", ""), routes, refuse, admit)
    assert [(route.method, route.pattern, route.operation) for route in api.mounted()] == [
        ("POST", "/engagement/v3/create", "v3.schedule"),
        ("GET", "/engagement/v3/open", "v3.open_for"),
        ("POST", "/create", "v3.schedule"),
        ("GET", "/open", "v3.open_for"),
    ]
