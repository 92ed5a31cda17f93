"""What runs beside the live tests: a Redis that may be stopped, a Celery worker with beat, a real Chromium."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import kombu.pools
import pytest
from celery import current_app
from django.conf import settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from config.environment import get_broker_url
from ops import browser
from ops.services import WORKER, runtime_folder, start_redis, stop, url_of_role
from tests.surveys.conftest import link, make_wave, questionnaire, survey, wave  # noqa: F401 - fixtures of this folder

# Playwright keeps an event loop in this thread until the session ends, and Django would refuse to work beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
ROOT = Path(settings.BASE_DIR)
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1440, "height": 900}
QUIET = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
WAIT_SECONDS = 20
QUIET_SECONDS, QUIET_LOOKS = 5, 4  # a worker may go on polling; then there is nothing to wait for
expect.set_options(timeout=WAIT_SECONDS * 1000)  # what comes, comes; a busy machine only takes longer


def use_broker(url: str) -> None:
    """Point this process's Celery client at another Redis."""
    current_app.conf.update(broker_url=url, broker_read_url=url, broker_write_url=url)
    current_app.pool.force_close_all()
    current_app._pool = None
    current_app.amqp._producer_pool = None
    kombu.pools.reset()


class RedisServer:
    """A Redis on one socket that can be stopped and started again, empty."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.start()

    def start(self) -> None:
        """Start it; whatever was queued before is gone."""
        self.server = start_redis(self.folder, output=subprocess.DEVNULL)
        self.url = self.server.url

    def stop(self) -> None:
        """Stop it and wait."""
        stop(self.server.process, signal.SIGTERM, WAIT_SECONDS)


@pytest.fixture
def redis_server() -> Iterator[RedisServer]:
    """A Redis that only this test uses."""
    with runtime_folder("portal-live-") as folder:
        server = RedisServer(folder)
        use_broker(get_broker_url(server.url))
        yield server
        server.stop()
        use_broker(settings.CELERY_BROKER_URL)


@pytest.fixture
def celery_worker_process(transactional_db: None, redis_server: RedisServer, tmp_path: Path) -> Iterator[None]:
    """A Celery worker with beat on the test database, as in production but in one process."""
    name = connection.settings_dict["NAME"]
    base, _slash, _old = os.environ["DATABASE_URL"].rpartition("/")
    database = url_of_role(f"{base}/{name}", WORKER)
    environment = os.environ | {"DATABASE_URL": database, "REDIS_URL": redis_server.url}
    command = [sys.executable, "-m", "celery", "-A", "config", "worker", "--beat", "--pool", "solo"]
    command += ["--schedule", str(tmp_path / "schedule"), "--loglevel", "WARNING"]
    with (tmp_path / "worker.log").open("w") as log:
        worker = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield
        finally:
            stop(worker, signal.SIGTERM, WAIT_SECONDS)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; its absence is an error that says what to install."""
    path = browser.find_chromium()
    if path is None:
        pytest.fail(browser.ADVICE["chromium"])
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=str(path), args=QUIET)
        yield found
        found.close()


@pytest.fixture(autouse=True)
def last_answers(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the live server finish when browsers have gone: emptying the tables would deadlock with a poll under way."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("live_server")
    yield
    deadline, quiet = time.monotonic() + QUIET_SECONDS, 0
    while quiet < QUIET_LOOKS and time.monotonic() < deadline:
        quiet = 0 if count_busy() else quiet + 1
        time.sleep(0.05)


def count_busy() -> int:
    """Return how many other connections to the test database are at work or in a transaction."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend' and state <> 'idle'"
        )
        return cursor.fetchone()[0]


@pytest.fixture
def open_page(chromium: Browser, live_server) -> Iterator:
    """Open a page of the portal as a signed-in user on a screen of a size."""
    contexts: list[BrowserContext] = []

    def open_as(user, password: str, size: dict) -> Page:
        context = chromium.new_context(viewport=size, locale="zh-CN", base_url=live_server.url)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(f"script error: {error}"))
        page.goto("/login/")
        page.fill("[name=username]", user.username)
        page.fill("[name=password]", password)
        page.click("button[type=submit]")
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    yield open_as
    for context in contexts:
        context.close()
