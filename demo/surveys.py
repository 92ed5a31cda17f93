"""Invents surveys: the street's yearly one with two waves that are over and one that is open, and a community's draft.

Answers take the way of every other: sealed, then mixed. Nobody of the register is asked or named here.
"""

import random
import uuid
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from communities.models import Community
from demo.opinions import Resident
from surveys.cards import issue_codes
from surveys.designing import create_survey, make_seen, publish
from surveys.models import DeliveryReport, Response, Survey, Wave, WaveLink
from surveys.pool import key_of_form, seal_many
from surveys.starting_sets import begin_feedback, begin_satisfaction

TITLE = "居民满意度与活动参与调查"
PURPOSE = "想知道大家住得怎么样、愿意参加什么活动。结果只用来改进社区工作，并向居民公开。"
DAYS = 14  # of a wave
# Days since the first day of each wave that is over, and how many answered in each community: the last one hardly any.
PAST = ((400, (230, 190, 170, 6)), (75, (250, 200, 160, 7)))
RUNNING = (4, (45, 28, 12, 0))
CARDS = (400, 360, 300, 60)
BATCH = 200  # cards printed at a time


class Pollster:
    """Asks the communities of a street."""

    def __init__(self, communities: Sequence[Community], today: date, officer: User, seed: int = 2047) -> None:
        self.communities, self.today, self.officer = communities, today, officer
        self.random = random.Random(seed)  # noqa: S311 - invented answers, not secrets

    def ask(self, worker: User) -> list[Wave]:
        """Save surveys, waves and answers; return the waves. What is sealed waits for the mixing."""
        survey = self.publish()
        waves = [self.hold(survey, *past, age=age) for age, past in enumerate(PAST)]
        waves.append(self.open(survey))
        create_survey(title="活动反馈（草稿）", questionnaire=begin_feedback(), token=self.new_token(), by=worker)
        return waves

    def publish(self) -> Survey:
        """Return the street's survey with its first version."""
        survey = create_survey(
            title=TITLE,
            purpose=PURPOSE,
            questionnaire=begin_satisfaction(),
            token=self.new_token(),
            by=self.officer,
        )
        publish(survey, seen=make_seen(survey), by=self.officer)
        return survey

    def hold(self, survey: Survey, days_ago: int, answers: Sequence[int], *, age: int) -> Wave:
        """Save a wave that is over; satisfaction rises a little from one to the next."""
        wave = self.make(survey, self.today - timedelta(days=days_ago))
        for place, (link, number) in enumerate(zip(self.links(wave), answers, strict=True)):
            self.fill(link, number, mood=0.1 * age + (0.1, 0.0, -0.15, 0.0)[place])
        return wave

    def open(self, survey: Survey) -> Wave:
        """Save a wave that runs now, for which cards were printed and some answers have come."""
        days_ago, answers = RUNNING
        wave = self.make(survey, self.today - timedelta(days=days_ago), needs_code=True)
        for link, cards, number in zip(self.links(wave), CARDS, answers, strict=True):
            for start in range(0, cards, BATCH):
                issue_codes(link, count=min(BATCH, cards - start), token=self.new_token(), by=self.officer)
            self.fill(link, number, mood=0.15)
        link = self.links(wave)[0]
        DeliveryReport.objects.create(link=link, refused=9, not_contacted=31, ineligible=6, reported_by=self.officer)
        return wave

    def make(self, survey: Survey, opens_on: date, **fields: Any) -> Wave:
        """Save a wave of the survey's latest version in all communities. Its days may be over, which no form allows."""
        wave = Wave.objects.create(
            version=survey.latest,
            name=f"{opens_on.year} 年 {opens_on.month} 月",
            opens_on=opens_on,
            closes_on=opens_on + timedelta(days=DAYS - 1),
            created_by=self.officer,
            client_token=self.new_token(),
            **fields,
        )
        WaveLink.objects.bulk_create(WaveLink(wave=wave, community=community) for community in self.communities)
        return wave

    def links(self, wave: Wave) -> list[WaveLink]:
        """Return the links in the order of the communities."""
        return list(wave.links.select_related("wave").order_by("community__code"))

    def fill(self, link: WaveLink, number: int, *, mood: float) -> None:
        """Seal so many invented answers."""
        questionnaire = link.wave.version.questionnaire
        answers = [Resident(self.random, mood).answer(questionnaire) for _number in range(number)]
        keys = [key_of_form(link, str(self.new_token())) for _number in range(number)]
        seal_many(link, answers, keys=keys)

    def new_token(self) -> uuid.UUID:
        """Return the token of a form, the same in every run."""
        return uuid.UUID(int=self.random.getrandbits(128), version=4)


def date_back(waves: Sequence[Wave]) -> None:
    """Let answers of waves that are over have the last day of their wave instead of the day of seeding."""
    for wave in waves:
        if wave.is_closed:
            Response.objects.filter(wave=wave).update(day=wave.closes_on)
