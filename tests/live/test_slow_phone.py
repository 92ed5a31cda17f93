"""The community's overview on a slow phone: what is on the screen when, and that figures need no script."""

import shutil

import pytest
from django.conf import settings
from django.test.testcases import LiveServerThread
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

from accounts.roles import Role
from tests.live.conftest import PHONE
from tests.live.portal_pages import client_of, list_dashboards, make_place

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live"), pytest.mark.browser]
# What Chromium's own tools call a slow 4G phone: 1.6 Mbit/s down, 150 ms there and back, a quarter of the speed.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
SLOWER = 4
MOMENTS = """() => new Promise((done) => {
  const [page] = performance.getEntriesByType("navigation");
  const [painted] = performance.getEntriesByName("first-contentful-paint");
  const sent = () => performance.getEntriesByType("resource");
  const files = () => sent().map((one) => [one.name.split("/").pop(), one.transferSize]);
  const times = () => ({ answer: page.responseEnd, paint: painted?.startTime, loaded: page.loadEventEnd });
  setTimeout(() => done({ ...times(), kilobytes: page.transferSize / 1024, files: files() }), 300);
})"""


@pytest.fixture
def place(register, community, worker):
    """A community with something on every page."""
    return make_place(register, community, worker)


@pytest.fixture
def installed(transactional_db, tmp_path):
    """The address of the portal as it is installed: style sheets and scripts come compressed, and are kept."""
    root = shutil.copytree(settings.BASE_DIR / "static", tmp_path / "static")
    compressor = Compressor(quiet=True)
    for path in [one for one in root.rglob("*") if one.is_file() and compressor.should_compress(one.name)]:
        compressor.compress(str(path))
    server = LiveServerThread("localhost", lambda portal: WhiteNoise(portal, root, prefix="static/", max_age=3600))
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://localhost:{server.port}"
    server.terminate()


def sign_in(context, user, url):
    """Return a page of a phone on which the user has signed in."""
    context.add_cookies([{"name": "sessionid", "value": client_of(user).cookies["sessionid"].value, "url": url}])
    return context.new_page()


def slow_down(page):
    """Make network and processor of the page slow from here on."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", NETWORK)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})


def describe(what, moments):
    """Return when things were there, and the files that came over the network, largest first."""
    files = sorted(moments["files"], key=lambda one: -one[1])
    sizes = ", ".join(f"{name} {size / 1024:.0f} KB" for name, size in files[:8] if size)
    when = ", ".join(f"{name} {moments[name]:.0f} ms" for name in ("answer", "paint", "loaded"))
    return f"\nslow phone, {what}: {when}; page {moments['kilobytes']:.0f} KB; {sizes or 'everything else was kept'}"


def test_overview_on_a_slow_phone(chromium, installed, place, worker, capsys):
    client_of(worker).get(f"/dashboards/{place.community.code}/")  # the server has answered before
    with chromium.new_context(viewport=PHONE, locale="zh-CN") as context:
        page = sign_in(context, worker, installed)
        slow_down(page)
        for what in ("first visit", "second visit"):
            page.goto(f"{installed}/dashboards/{place.community.code}/", wait_until="load")
            moments = page.evaluate(MOMENTS)
            with capsys.disabled():
                print(describe(what, moments))
            assert page.locator(".figure-tile__figure").first.is_visible()
            assert moments["paint"]


@pytest.mark.parametrize("role", [Role.WORKER, Role.STREET_OFFICER])
def test_figures_are_there_without_a_script(role, chromium, live_server, place, request):
    user = request.getfixturevalue(role)
    lacking = []
    with chromium.new_context(viewport=PHONE, java_script_enabled=False) as context:
        page = sign_in(context, user, live_server.url)
        for address in list_dashboards(user, place):
            page.goto(f"{live_server.url}{address}")
            charts, tables = (page.locator(f"#figures {one}").count() for one in ("[data-chart]", "table"))
            said = page.locator("#figures, main").last.inner_text().strip()
            lacking += [address] if (charts and not tables) or not said else []
    assert lacking == []


def test_tiles_are_in_the_first_answer(client, place, worker):
    client.force_login(worker)
    text = client.get(f"/dashboards/{place.community.code}/").content.decode()
    assert text.count("figure-tile__figure") >= 6
    assert "<table" in text
