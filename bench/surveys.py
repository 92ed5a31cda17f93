"""Surveys: a wave with 100,000 answers to 20 questions, counted and shown; and answers as they come in from phones."""

import http.client
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.db import connection
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import User
from bench.checkins import DOORS, PRODUCTION, TOKEN, share
from bench.timing import Timing, compare, compare_p95
from demo.scale.answers import load_answers, make_questionnaire
from demo.street import create_accounts, create_areas
from ops.web import web_server
from surveys.models import SealedAnswer, Survey, SurveyVersion, Wave, WaveLink, WaveResults
from surveys.pool import key_of_form, wrap
from surveys.results.computing import compute
from surveys.results.crosstabs import cross

ANSWERS, PEOPLE, RUNS, PAGES = 100_000, 1_000, 3, 30
CROSSED = ("rating1", "rating2")
# What somebody would write by hand for two questions, and for all of them in one reading of all answers.
CROSS_SQL = """
    select answers->>%s, answers->>%s, count(*) from surveys_response where wave_id = %s group by 1, 2
"""
SCAN_SQL = """
    select key, value, count(*) from surveys_response, jsonb_each(answers) where wave_id = %s group by 1, 2
"""
SEAL_SQL = "insert into surveys_sealedanswer (id, link_id, once_key, sealed) values (%s, %s, %s, %s)"


def make_wave(*, days_ago: int) -> Wave:
    """Return a wave in all communities of a new street, which began so many days ago and lasts a week."""
    street = create_areas()
    officer = create_accounts(street, timezone.localdate())["street"]
    draft = make_questionnaire().to_json()
    survey = Survey.objects.create(street=street, title="bench", draft=draft, created_by=officer)
    version = SurveyVersion.objects.create(survey=survey, number=1, definition=draft, published_by=officer)
    first = timezone.localdate() - timedelta(days=days_ago)
    wave = Wave.objects.create(
        version=version, name="bench", opens_on=first, closes_on=first + timedelta(days=7), created_by=officer
    )
    for community in street.communities.all():
        WaveLink.objects.create(wave=wave, community=community)
    return wave


def make_full_wave() -> Wave:
    """Return a wave that is over, with its answers."""
    wave = make_wave(days_ago=30)
    load_answers(wave, ANSWERS)
    with connection.cursor() as cursor:
        cursor.execute("vacuum (analyze) surveys_response")
    return wave


def fetch(query: str, parameters: Sequence[object]) -> list[tuple]:
    """Return the rows of a query by the bare driver."""
    with connection.connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return cursor.fetchall()


def measure_computing() -> Timing:
    """Time all results of the wave, protected and by community, against counting all answers in one scan."""
    wave = make_full_wave()
    timing = compare(lambda: compute(wave, is_over=True), lambda: fetch(SCAN_SQL, [wave.pk]), runs=RUNS)
    return Timing(timing.ours, timing.reference, f"{ANSWERS:,} answers x 20 questions")


def forget(wave: Wave) -> None:
    """Let what is kept of the wave be out of date, as after another count."""
    WaveResults.objects.filter(wave=wave).update(computed_at=timezone.now())


def measure_cross() -> Timing:
    """Time two questions against each other, nothing kept, against the same counted by hand-written SQL."""
    wave = make_full_wave()
    compute(wave, is_over=True)

    def ours() -> None:
        forget(wave)
        cross(wave, *CROSSED)

    table = cross(wave, *CROSSED)
    rows = fetch(CROSS_SQL, [*CROSSED, wave.pk])
    if table.n != sum(count for one, other, count in rows if one and other):
        raise RuntimeError("the tables differ")
    return compare(ours, lambda: fetch(CROSS_SQL, [*CROSSED, wave.pk]), runs=10)


def measure_page() -> Timing:
    """Time the results page as readers open it, kept; the note says how long it takes when nothing is kept."""
    wave = make_full_wave()
    compute(wave, is_over=True)
    client = Client()
    client.force_login(User.objects.get(username="street"))
    page = f"/dashboards/surveys/{wave.pk}/"

    def get() -> None:
        if client.get(page).status_code != 200:
            raise RuntimeError("the results do not answer")

    def get_cold() -> None:
        forget(wave)
        get()

    with override_settings(ROOT_URLCONF="bench.pages"):
        cold = compare(get_cold, get, runs=5)
        timing = compare_p95([get], lambda: client.get("/bench/empty/"), runs=PAGES)
    return Timing(timing.ours, timing.reference, f"{ANSWERS:,} answers; cold {cold.ours * 1000:.0f} ms")


def list_fields() -> dict[str, str | list[str]]:
    """Return a filled form."""
    fields: dict[str, str | list[str]] = {"sex": "male", "age": "age_36_59", "years": "12"}
    fields |= {f"rating{number}": "4" for number in range(1, 10)} | {"places.1": "4", "places.2": "3"}
    fields |= {f"choice{number}": "2" for number in range(1, 5)}
    return fields | {f"ticks{number}": ["1", "3"] for number in range(1, 4)}


def send_by_http(address: str, link: WaveLink) -> Callable[[Sequence[int]], None]:
    """Return the work of one helper: a filled form for each person, each from another address, over one connection."""
    path = f"/s/{link.public_id}/"
    headers = {
        "Cookie": f"csrftoken={TOKEN}",
        "X-CSRFToken": TOKEN,
        "Content-Type": "application/x-www-form-urlencoded",
    }

    def work(people: Sequence[int]) -> None:
        door = http.client.HTTPConnection(urlsplit(address).netloc)
        for person in people:
            form = urlencode(list_fields() | {"sender-token": str(uuid.uuid4())}, doseq=True)
            door.request("POST", path, form, headers | {"X-Forwarded-For": f"10.0.{person // 250}.{person % 250}"})
            answer = door.getresponse()
            answer.read()
            if answer.status != 302:
                raise RuntimeError(f"the form answers {answer.status}")
        door.close()

    return work


def insert_bare(link: WaveLink) -> Callable[[Sequence[int]], None]:
    """Return the same work without portal: one insert and a commit a person, over one connection to the database."""
    rows = [(uuid.uuid4(), link.pk, key_of_form(link, str(uuid.uuid4())), wrap({})) for _number in range(PEOPLE)]

    def work(people: Sequence[int]) -> None:
        base = connection.copy()
        base.set_autocommit(False)
        with base.cursor() as cursor:
            for person in people:
                cursor.execute(SEAL_SQL, rows[person])
                base.commit()
        base.close()

    return work


def measure_sending() -> Timing:
    """Time 1,000 filled forms from eight phones at a time, through the web server, against bare inserts of them."""
    wave = make_wave(days_ago=1)
    one, other = wave.links.select_related("wave")[:2]
    people, ours, reference = range(PEOPLE), [], []
    environment = PRODUCTION | {"BEHIND_PROXY": "true"}
    with web_server(connection.settings_dict["NAME"], workers=2, threads=DOORS, **environment) as address:
        for _run in range(RUNS):
            SealedAnswer.objects.all().delete()
            ours.append(share(people, send_by_http(address, one)))
            reference.append(share(people, insert_bare(other)))
            if [link.sealed.count() for link in (one, other)] != [PEOPLE] * 2:
                raise RuntimeError("not every answer arrived")
    note = f"{PEOPLE / min(ours):,.0f} answers/s, bare {PEOPLE / min(reference):,.0f}/s"
    return Timing(min(ours), min(reference), note)
