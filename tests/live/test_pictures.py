"""What leaves the portal through a browser: pictures of charts, the brief on one sheet, the wall screen that turns."""

import io
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from PIL import Image
from playwright.sync_api import Page, expect

from dashboards.walls import create_wall, make_token, revoke_wall
from indicators.engine.cells import refresh_community
from tests.activities.sign_up_help import use_own_counters
from tests.conftest import PASSWORD
from tests.live.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("live")]
DRAWING = """() => {
  const figure = document.createElement("figure");
  figure.innerHTML = `<svg width="300" height="60" data-picture data-title="网格图" data-n="2 个网格">
    <a href="/residents/7/"><path class="small-line__stroke" d="M4 4L200 50"/></a></svg>
    <button data-picture-as="svg">图</button>`;
  document.getElementById("figures").prepend(figure);
}"""


@pytest.fixture
def figures(register, grids, community, worker):
    """Thirty people in two grids, ten of them reached."""
    people = [register.resident(grids[n % 2], groups=["retired"] if n < 20 else ["youth"]) for n in range(30)]
    register.activity(community, worker, *people[0:20:2], unnamed_count=10)
    refresh_community(community.pk)


@pytest.fixture
def page(open_page, worker, figures, community) -> Page:
    """The community's coverage, with its heat map."""
    page = open_page(worker, PASSWORD, DESKTOP)
    page.goto(reverse("dashboards:page", args=[community.code, "coverage"]))
    expect(page.locator("[data-chart] canvas").first).to_be_visible()
    return page


def take(page: Page, kind: str) -> tuple[str, bytes]:
    """Return name and content of the first picture of a kind."""
    with page.expect_download() as download:
        page.locator(f"[data-picture-as={kind}]").first.click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_charts_say_whole_percentages_with_one_decimal_too(page):
    words = page.evaluate("""() => {
      const element = document.createElement("div");
      const data = document.createElement("script");
      data.type = "application/json";
      data.id = "whole";
      data.textContent = '{"categories": ["多福"], "series": [{"name": "触达率", "values": [30]}]}';
      Object.assign(element.dataset, { chart: "dots", source: "whole" });
      document.body.append(data, element);
      return JSON.stringify(window.portalCharts.describe(element, 800).option.yAxis);
    }""")
    assert '"30.0%"' in words


def test_png_is_sharp_and_not_blank(page):
    name, content = take(page, "png")
    picture = Image.open(io.BytesIO(content))
    assert content.startswith(b"\x89PNG\r\n\x1a\n")
    assert re.fullmatch(r".+-多福社区-\d{4}年第\d季度\.png", name)
    assert picture.width >= 1520
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 50


def test_svg_holds_title_area_period_n_source_legend_and_a_chinese_font(page):
    chart = page.locator("[data-chart]").first
    title, n = chart.get_attribute("data-title"), chart.get_attribute("data-n")
    name, content = take(page, "svg")
    words = "".join(ElementTree.fromstring(content).itertext())
    assert name.endswith(".svg")
    for expected in (title, n, "多福社区 · ", "季度", "社区门户 · 数据截至 20", "20–40%"):
        assert expected in words, expected
    assert "Noto Sans CJK SC" in content.decode()


def test_drawing_of_the_server_keeps_its_looks_without_the_style_sheet(page):
    page.evaluate(DRAWING)
    _name, content = take(page, "svg")
    path = ElementTree.fromstring(content).find(".//{http://www.w3.org/2000/svg}path")
    assert (path.get("fill"), path.get("stroke")) == ("none", "rgb(30, 90, 100)")
    assert b"/residents/" not in content


@pytest.mark.parametrize("level", ["community", "street"])
def test_brief_prints_on_one_sheet(open_page, street_officer, figures, request, level):
    page = open_page(street_officer, PASSWORD, DESKTOP)
    page.goto(reverse("dashboards:page", args=[request.getfixturevalue(level).code, "brief"]))
    expect(page.get_by_role("button", name="打印这一页")).to_be_visible()
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1


@pytest.fixture
def screen(chromium, live_server, street_officer, community, figures, settings):
    """A phone without account that shows the wall screen of the community."""
    use_own_counters(settings)
    token = make_token()
    wall = create_wall(area_code=community.code, name="大厅", seconds=300, token=token, by=street_officer)
    context = chromium.new_context(viewport=PHONE, base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    page.clock.install()
    page.goto(reverse("wall", args=[token]))
    yield page, wall
    context.close()


def test_screen_turns_pauses_and_fits_a_phone(screen):
    page, _wall = screen
    expect(page.get_by_role("heading", name="触达率", exact=True)).to_be_visible()
    page.clock.run_for(301_000)
    expect(page.get_by_role("heading", name="触达了多少")).to_be_visible()
    page.keyboard.press("Space")
    page.clock.run_for(301_000)
    expect(page.get_by_role("heading", name="触达了多少")).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name="哪些人群还没触达到")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_screen_keeps_its_figures_while_the_network_is_away(screen):
    page, _wall = screen
    page.route("**/wall/**", lambda route: route.abort())
    page.clock.run_for(31_000)
    expect(page.get_by_text("连不上服务器，数字停在")).to_be_visible()
    expect(page.get_by_role("heading", name="触达率", exact=True)).to_be_visible()
    page.unroute("**/wall/**")
    page.clock.run_for(31_000)
    expect(page.get_by_text("连不上服务器")).to_be_hidden()


def test_open_screen_says_that_its_link_was_taken_back(screen, street_officer):
    page, wall = screen
    revoke_wall(wall=wall, by=street_officer)
    page.clock.run_for(31_000)
    expect(page.get_by_role("heading", name="这个链接已经收回")).to_be_visible()
