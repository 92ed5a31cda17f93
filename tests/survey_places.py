"""A survey for each place of the access matrix: asked right now, and another that was never published."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from communities.models import Community
from surveys.models import NamedAnswer, PaperSheet, Response, Sample, Survey, SurveyVersion, Wave, WaveLink
from surveys.paper.sheets import Sheet, save_sheet
from surveys.pool import keep_named, key_of_form
from surveys.results.shapes import Breakdown, CommunityRow
from surveys.sampling import draw_sample
from tests.dashboards.survey_results import keep, make_results
from tests.surveys.conftest import make_questionnaire

ASKED, DRAFT = "问", "稿"  # what follows the mark of the place in the titles
ENDED = "上一次调查"


def make_surveys(community: Community, mark: str, by: User) -> None:
    """Let the community ask a survey, and write another."""
    draft = make_questionnaire().to_json()
    fields = {"community": community, "draft": draft, "created_by": by}
    Survey.objects.create(title=f"{mark}{DRAFT}", **fields)
    survey = Survey.objects.create(title=f"{mark}{ASKED}", **fields)
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=draft, published_by=by)
    today = timezone.localdate()
    wave = Wave.objects.create(
        version=version,
        name="第一轮",
        opens_on=today - timedelta(days=7),
        closes_on=today + timedelta(days=7),
        created_by=by,
    )
    WaveLink.objects.create(wave=wave, community=community)
    make_named(community, by)
    make_coded(community, by)
    make_ended(community, by)
    make_streets(community, by)
    for round in (1, 2):
        make_sheet(community, round)


def make_named(community: Community, by: User) -> NamedAnswer:
    """Let somebody of the community leave name and phone, in a survey of its own; a sheet of paper waits beside it."""
    survey = Survey.objects.create(community=community, title="报名登记", draft={}, created_by=by)
    definition = make_questionnaire().to_json()
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=definition, published_by=by)
    today = timezone.localdate()
    days = {"opens_on": today, "closes_on": today + timedelta(days=7)}
    wave = Wave.objects.create(version=version, name="报名", mode=Wave.Mode.NAMED, created_by=by, **days)
    link = WaveLink.objects.create(wave=wave, community=community)
    keep_named(link, {"years": 3}, name="王女士", phone="13800000000", key=key_of_form(link, "one"))
    return link.named.get()


def make_coded(community: Community, by: User) -> Wave:
    """Let the community ask people who were drawn from its register, with cards, from next week on."""
    survey = Survey.objects.create(community=community, title="凭卡调查", draft={}, created_by=by)
    definition = make_questionnaire().to_json()
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=definition, published_by=by)
    today = timezone.localdate()
    days = {"opens_on": today + timedelta(days=7), "closes_on": today + timedelta(days=14)}
    wave = Wave.objects.create(version=version, name="凭卡", needs_code=True, k=5, created_by=by, **days)
    WaveLink.objects.create(wave=wave, community=community)
    draw_sample(wave, method=Sample.Method.SIMPLE, groups=[], size=5, by=by)
    return wave


def make_ended(community: Community, by: User) -> Wave:
    """Let the community have asked last month, with results that residents may read."""
    survey = Survey.objects.create(community=community, title=ENDED, draft={}, created_by=by)
    definition = make_questionnaire().to_json()
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=definition, published_by=by)
    today = timezone.localdate()
    days = {"opens_on": today - timedelta(days=40), "closes_on": today - timedelta(days=30)}
    wave = Wave.objects.create(version=version, name="上月", results_public_at=timezone.now(), created_by=by, **days)
    WaveLink.objects.create(wave=wave, community=community)
    results = make_results(community)
    counts = tuple(share.count for share in results.distributions[2].shares)
    row = CommunityRow(community.pk, community.name, 400, counts)
    shown = Breakdown("overall", "总体满意程度", results.distributions[2].shares, (row,))
    keep(wave, replace(results, breakdowns=(shown,)))
    return wave


def make_streets(community: Community, by: User) -> Wave:
    """Let the street have asked this community last month, and got enough answers for a file."""
    definition = make_questionnaire().to_json()
    survey = Survey.objects.create(street=community.street, title="街道调查", draft={}, created_by=by)
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=definition, published_by=by)
    today = timezone.localdate()
    days = {"opens_on": today - timedelta(days=40), "closes_on": today - timedelta(days=30)}
    wave = Wave.objects.create(version=version, name="上月", created_by=by, **days)
    WaveLink.objects.create(wave=wave, community=community)
    keep(wave, make_results(community))
    answer = {"wave": wave, "community": community, "day": today, "answers": {"overall": "4"}}
    Response.objects.bulk_create(Response(**answer) for _number in range(3 * wave.k))
    return wave


def make_sheet(community: Community, round: int = 1) -> PaperSheet:
    """Return a sheet of paper that was typed in the community's open wave; the two rounds differ."""
    link, by = find_link(community), User.objects.filter(community=community).first()
    sheet = Sheet({"years": str(round)}, {"years": round})
    return save_sheet(link, number=1, round=round, sheet=sheet, by=by or User.objects.earliest("pk"))


def find_survey(community: Community) -> Survey:
    """Return the community's survey that is being asked."""
    return Survey.objects.get(community=community, title__endswith=ASKED)


def find_wave(community: Community) -> Wave:
    """Return the wave that is open in the community."""
    return Wave.objects.get(version__survey=find_survey(community))


def find_named(community: Community) -> NamedAnswer:
    """Return the answer of somebody of the community who left a name."""
    return NamedAnswer.objects.get(link__community=community)


def find_coded(community: Community) -> Wave:
    """Return the wave that asks by card."""
    return Wave.objects.get(version__survey__community=community, needs_code=True)


def find_ended(community: Community) -> Wave:
    """Return the wave that is over and has its results."""
    return Wave.objects.get(version__survey__community=community, version__survey__title=ENDED)


def find_streets(community: Community) -> Wave:
    """Return the wave of the street that is over."""
    return Wave.objects.get(version__survey__street=community.street, links__community=community)


def find_link(community: Community) -> WaveLink:
    """Return the address at which the community's residents answer."""
    return find_wave(community).links.get()
