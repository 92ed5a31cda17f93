"""The log of requests says nothing of who answered a survey."""

from datetime import timedelta
from pathlib import Path

import pytest
from gunicorn.config import Config

from config.access_log import AccessLogger
from ops import run


class Answer:
    """What gunicorn tells its logger of an answer."""

    status = "200 OK"
    sent = 12
    headers: tuple = ()


@pytest.fixture
def written(monkeypatch):
    config = Config()
    config.set("accesslog", "-")
    logger, lines = AccessLogger(config), []
    monkeypatch.setattr(logger.access_log, "info", lambda *words: lines.append(words))
    return logger, lines


def write(logger, path, referer=""):
    asked = {"PATH_INFO": path, "RAW_URI": path, "HTTP_REFERER": referer}
    about = {"REMOTE_ADDR": "10.0.0.9", "REQUEST_METHOD": "GET", "SERVER_PROTOCOL": "HTTP/1.1"}
    logger.access(Answer(), Answer(), asked | about, timedelta(seconds=1))


def test_request_for_a_survey_form_leaves_no_line(written):
    logger, lines = written
    for path in ("/s/abcdefghjkmn/", "/s/abcdefghjkmn/thanks/"):
        write(logger, path)
    write(logger, "/static/js/survey.js", referer="http://portal/s/abcdefghjkmn/")
    assert lines == []


def test_other_requests_are_logged(written):
    logger, lines = written
    write(logger, "/surveys/")
    assert len(lines) == 1


def test_portal_is_started_with_this_log():
    assert "config.access_log.AccessLogger" in Path(run.__file__).read_text()
