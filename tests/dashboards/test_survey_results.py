"""The page of results: every figure is the kept one, with its interval, and nothing else is shown."""

from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from communities.models import Community
from dashboards.surveys.asking import WaveAsk
from dashboards.surveys.summary import list_tables, read
from dashboards.tables import Said
from indicators.statistics import wilson
from surveys.models import Wave
from surveys.results.shapes import Distribution, Margin, Results, Weighting
from tests.dashboards.survey_results import OVERALL, keep, make_results


class Words(HTMLParser):
    """The words and numbers of a page, and its attributes' values."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.feed(markup)

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.texts += [value or "" for name, value in attrs if name.startswith(("data-", "value", "aria"))]


def open_results(client: Client, user: User, wave: Wave) -> str:
    """Return the page of results."""
    client.force_login(user)
    return client.get(reverse("dashboards:survey", args=[wave.pk])).content.decode()


def test_shares_have_counts_percentages_and_wilson_intervals(wave: Wave, street_officer: User):
    keep(wave, make_results())

    table = next(one for one in list_tables(read(WaveAsk(wave, street_officer))) if one.code == "overall")

    low, high = wilson(150, 400)
    assert [row[1] for row in table.rows] == list(OVERALL)
    assert table.rows[4][:5] == ["很满意", 150, 400, 37.5, f"{low * 100:.1f}%–{high * 100:.1f}%"]
    assert table.rows[4][5:] == [round(low * 100, 1), round(high * 100, 1), Said(38.5, "约 38%")]


def test_page_names_base_mean_and_weighted_mean(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    page = open_results(client, street_officer, wave)

    assert "400 份回答" in page
    assert "平均 3.88 ± 1.16（标准差）；加权平均 3.90；分值 1 到 5" in page


def test_several_answers_are_shares_of_persons(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    page = open_results(client, street_officer, wave)

    assert "可多选，合计可超过 100%" in page
    assert f"{210 / 395 * 100:.1f}%" in page


def test_hidden_option_is_a_dash_and_said(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    table = next(one for one in list_tables(read(WaveAsk(wave, street_officer))) if one.code == "joined")

    assert table.rows[2] == ["体育健身", None, 395, None, None, None, None]
    assert f"选的人少于 {wave.k} 份的选项不显示" in open_results(client, street_officer, wave)


def test_merged_options_are_one_line_and_said(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    page = open_results(client, street_officer, wave)

    assert "很不满意、不满意" in page
    assert "已和别的选项合并" in page


def test_withheld_question_says_why(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    assert "回答的人太少，不公布。" in open_results(client, street_officer, wave)


def test_few_answers_are_flagged_and_many_are_not(client: Client, wave: Wave, street_officer: User):
    results = make_results()
    keep(wave, results)
    page = open_results(client, street_officer, wave)
    keep(wave, replace(results, distributions=results.distributions[:3]))

    assert page.count("样本少，仅供参考。") == 1
    assert "样本少" not in open_results(client, street_officer, wave)


def test_no_number_stands_on_the_page_that_the_results_do_not_hold(client: Client, wave: Wave, street_officer: User):
    withheld = [Distribution(one.variable, one.name, None, withheld="不公布") for one in make_results().distributions]
    keep(wave, make_results(distributions=tuple(withheld), weighting=Weighting()))

    words = Words(open_results(client, street_officer, wave)).texts

    for number in (*OVERALL, 390, 395, 210, 180):
        assert str(number) not in words
    assert not any("%" in word and word[0].isdigit() for word in words if word not in ("50.0%",))  # the response rate


def test_response_rate_is_rr2_with_its_parts(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    page = open_results(client, street_officer, wave)

    assert "50.0%" in page
    assert "收回 400 份 ÷ 应答 800 人（发卡 1,000 张，减去不是调查对象的 200 张）" in page
    assert "RR2" in page


def test_without_cards_there_is_no_response_rate(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results(rate=None))

    page = open_results(client, street_officer, wave)

    assert "没有发放答题卡" in page
    assert "RR2" not in page


def test_weights_show_register_answers_and_design_effect(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())

    table = next(one for one in list_tables(read(WaveAsk(wave, street_officer))) if one.code == "weights")
    page = open_results(client, street_officer, wave)

    assert table.rows[0] == ("性别：男", 50.0, 46.0, 50.0)
    assert "1.1" in page
    assert "有效样本" in page


def test_worker_reads_no_margins_of_other_communities(
    make_wave: Callable[..., Wave],
    worker: User,
    street_officer: User,
    community: Community,
    neighbour_community: Community,
):
    wave = make_wave(communities=[community, neighbour_community])
    sex = make_results().weighting.margins
    keep(wave, make_results(weighting=Weighting((*sex, Margin("community", neighbour_community.name, 0.5, 0.4, 0.5)))))

    tables = {user: list_tables(read(WaveAsk(wave, user)))[-1] for user in (worker, street_officer)}

    assert [row[0] for row in tables[worker].rows] == ["性别：男", "性别：女"]
    assert tables[street_officer].rows[-1] == (f"社区：{neighbour_community.name}", 50.0, 40.0, 50.0)


def test_refused_weighting_says_why(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results(weighting=Weighting(refused="底册里有 70 岁以上的人，没有一份答卷。")))

    page = open_results(client, street_officer, wave)

    assert "底册里有 70 岁以上的人，没有一份答卷。" in page
    assert "设计效应" not in page


@pytest.mark.parametrize(
    ("release", "said"), [("closing", "结束以后才有结果"), ("steps", "每满 10 份更新一次，现在还没有满一批")]
)
def test_open_wave_says_when_results_come(
    client: Client, make_wave: Callable[..., Wave], street_officer: User, release: str, said: str
):
    wave = make_wave(release=release)

    assert said in open_results(client, street_officer, wave)


def test_wave_to_come_says_when_it_begins(client: Client, make_wave: Callable[..., Wave], street_officer: User):
    wave = make_wave()
    wave.opens_on = wave.closes_on
    wave.save()

    assert f"{wave.opens_on} 开始" in open_results(client, street_officer, wave)


def test_results_in_steps_are_called_rough(client: Client, make_wave: Callable[..., Wave], street_officer: User):
    wave = make_wave(release="steps")
    keep(wave, make_results(is_final=False))

    page = open_results(client, street_officer, wave)

    assert "约 400" in page
    assert "数字向下取整" in page
    assert "向居民公开" not in page


def test_new_results_take_the_place_of_kept_pages(client: Client, wave: Wave, street_officer: User):
    keep(wave, make_results())
    open_results(client, street_officer, wave)

    keep(wave, make_results(answers=4321))

    assert "4,321" in open_results(client, street_officer, wave)


def test_results_of_another_street_are_not_found(client: Client, wave: Wave, outsider: User):
    keep(wave, make_results())
    client.force_login(outsider)

    assert client.get(reverse("dashboards:survey", args=[wave.pk])).status_code == 404
    assert client.get(reverse("dashboards:survey", args=[0])).status_code == 404


def test_worker_of_an_asked_community_reads_results(client: Client, wave: Wave, worker: User):
    keep(wave, make_results())

    page = open_results(client, worker, wave)

    assert "总体满意程度" in page
    assert "向居民公开" not in page


def test_page_asks_little_and_less_when_kept(
    client: Client,
    wave: Wave,
    street_officer: User,
    community: Community,
    neighbour_community: Community,
    django_assert_num_queries,
):
    keep(wave, make_results(community, neighbour_community))
    address = reverse("dashboards:survey", args=[wave.pk])
    client.force_login(street_officer)

    with django_assert_num_queries(8):
        client.get(address)
    with django_assert_num_queries(4):
        client.get(address)


def test_empty_results_are_no_crash(client: Client, wave: Wave, street_officer: User):
    keep(wave, Results(0, True))

    assert "正在整理结果" in open_results(client, street_officer, wave)
