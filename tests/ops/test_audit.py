"""The audit of dependencies is green only when every package was looked up."""

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from ops import audit


@pytest.fixture
def serve():
    """A service of advisories on this machine; it answers what the test says about the packages asked for."""
    servers = []

    def start(make_answer):
        class Service(BaseHTTPRequestHandler):
            def do_POST(self):
                queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
                body = make_answer(queries)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

            def log_message(self, *words):
                pass

        server = HTTPServer(("127.0.0.1", 0), Service)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}/"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_every_locked_package_is_asked_about():
    packages = audit.list_packages()
    names = {one.name for one in packages}
    assert {"django", "cryptography", "bandit", "htmx.org", "echarts"} <= names
    assert len(packages) > 100


def test_audit_is_green_when_nothing_is_known(serve, capsys):
    assert audit.main(serve(lambda queries: {"results": [{} for _query in queries]})) == audit.CLEAN
    assert "有 0 条公告要处理" in capsys.readouterr().out


def test_known_advisory_fails_and_is_named(serve, capsys):
    def answer(queries):
        bad = {"vulns": [{"id": "GHSA-test-test-test"}]}
        return {"results": [bad if query["package"]["name"] == "django" else {} for query in queries]}

    assert audit.main(serve(answer)) == audit.FOUND
    assert "GHSA-test-test-test" in capsys.readouterr().out


@pytest.mark.parametrize(
    "answer",
    [
        lambda queries: {"results": [{} for _query in queries[1:]]},
        lambda queries: {"results": [{"next_page_token": "x"} for _query in queries]},
        lambda queries: {"results": None},
        lambda queries: {},
        lambda queries: [],
        lambda queries: b"<html>proxy",
    ],
    ids=["one short", "more pages", "none", "empty", "list", "no json"],
)
def test_answer_that_is_not_whole_is_no_pass(serve, capsys, answer):
    assert audit.main(serve(answer)) == audit.NOT_LOOKED
    assert "这不算通过" in capsys.readouterr().err


def test_silence_is_no_pass(capsys):
    assert audit.main("http://127.0.0.1:9/") == audit.NOT_LOOKED
    assert "没有查成" in capsys.readouterr().err
