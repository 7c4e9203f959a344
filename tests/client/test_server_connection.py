import gc
import socket
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from mockgms.client.errors import NotReached, Refused
from mockgms.client.server_connection import ServerConnection

WANTED = "Bearer secret"
ANSWERS = {
    "/fine": (200, b"{}"),
    "/page": (502, b"<h1>Bad Gateway</h1>"),
    "/other": (404, b'{"detail": "Not Found"}'),
    "/odd": (500, b"[]"),
    "/deep": (502, b"[" * 200_000),
}


class Handler(BaseHTTPRequestHandler):
    """A server with an answer for each path."""

    def do_GET(self) -> None:
        status, body = ANSWERS[self.path.removeprefix("/under")]
        if self.headers.get("Authorization", WANTED) != WANTED:
            status, body = 401, b'{"message": "Who are you?"}'
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@pytest.fixture(scope="module")
def other() -> Iterator[str]:
    """Return the URL of a server that is not mockgms."""
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(
    "url",
    [
        *("localhost:8080", "ftp://localhost", "http://", "", "/s/one"),
        *("http://[::1", "http://[x]", "http://localhost:x", "http://localhost:99999", "http://a b", "http://a\0b"),
    ],
)
def test_an_invalid_server_url_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not the URL of a server, such as http://localhost:8080"):
        ServerConnection(url, 1)


@pytest.mark.parametrize("token", ["secret\n", "two words", "\u20ac"])
def test_a_token_that_no_header_can_have_is_refused_without_showing_it(token: str) -> None:
    with pytest.raises(ValueError, match=r"^the token has a character that no header can have, such as a line break"):
        ServerConnection("http://localhost:1", 1, token)


def test_a_host_that_cannot_exist_is_not_reached() -> None:
    with pytest.raises(NotReached, match=r"^no answer from http://a\.\.b: .*label empty or too long"):
        ServerConnection("http://a..b", 1).ask("GET", "/fine")


def test_a_connection_closed_by_the_server_is_reopened() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, ThreadPoolExecutor(1) as threads:
        connection = ServerConnection(f"http://127.0.0.1:{server.getsockname()[1]}", 20)
        for _ in range(2):
            answered_once = threads.submit(answer_once, server)
            assert connection.ask("GET", "/fine") == {}
            answered_once.result()


def answer_once(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(10_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")


def test_the_url_of_a_server_can_have_a_path(other: str) -> None:
    assert ServerConnection(f"{other}/under", 20).ask("GET", "/fine") == {}


def test_a_token_is_sent_with_each_request(other: str) -> None:
    connection = ServerConnection(other, 20, "secret")
    assert [connection.ask("GET", "/fine") for _ in range(2)] == [{}, {}]
    with pytest.raises(Refused, match=r"^Who are you\?$"):
        ServerConnection(other, 20, "guessed").ask("GET", "/fine")


@pytest.mark.parametrize("path", ["/page", "/deep"])
def test_an_answer_without_json_is_not_from_a_mockgms_server(other: str, path: str) -> None:
    with pytest.raises(NotReached, match=f"^{other} answered 502 without JSON: it is not a mockgms server$"):
        ServerConnection(other, 20).ask("GET", path)


@pytest.mark.parametrize(("path", "message"), [("/other", '404: {"detail": "Not Found"}'), ("/odd", "500: []")])
def test_a_refusal_without_a_message_is_quoted(other: str, path: str, message: str) -> None:
    with pytest.raises(Refused) as refused:
        ServerConnection(other, 20).ask("GET", path)
    assert str(refused.value) == f"answered {message}"


def test_a_request_to_a_silent_server_times_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NotReached, match=f"^no answer from {url}: timed out$"):
            ServerConnection(url, 0.01).ask("GET", "/fine")


@pytest.mark.slow
def test_an_unclosed_line_is_closed_without_a_warning(server: str) -> None:
    connection = ServerConnection(server, 20)
    connection.ask("GET", "/__admin/health")
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del connection
        gc.collect()
    assert warned == []


def test_several_threads_can_share_one_connection(server: str) -> None:
    connection = ServerConnection(server, 20)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: connection.ask("GET", "/__admin/health"), range(40)))
    assert answers == [{"status": "ok"}] * 40
    connection.close()
