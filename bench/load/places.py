"""python -m bench.load.places FILE: write down what the load asks for: accounts, activities, residents, surveys."""

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

from django.conf import settings  # noqa: E402 - Django comes first
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from accounts.roles import Role  # noqa: E402
from activities.models import Activity, ActivityKind  # noqa: E402
from communities.models import Community  # noqa: E402
from grids.models import Residence, Resident  # noqa: E402
from surveys.models import SurveyVersion, Wave, WaveLink  # noqa: E402

PEOPLE = 400  # residents of a community that are checked in and logged, in turn
MEETINGS = 3  # in each community that has a worker


def open_activity(community: Community, by: User, **fields: Any) -> Activity:
    """Return a published activity of the community, which begins in an hour and lasts until tomorrow."""
    now = timezone.now()
    times = {"starts_at": now + timedelta(hours=1), "ends_at": now + timedelta(days=1)}
    kind = ActivityKind.objects.get(name="健康讲座")
    return Activity.objects.create(community=community, kind=kind, title=kind.name, recorded_by=by, **(times | fields))


def describe_worker(user: User) -> dict[str, Any]:
    """Return what a worker works with; meetings are made for her, so that a run may be repeated."""
    now, community = timezone.now(), user.community
    stayed = Residence.objects.filter(until=None, since__lt=now - timedelta(days=60))
    residents = Resident.objects.filter(community=community, pk__in=stayed.values("resident")).order_by("pk")
    opened = {"sign_up_opens_at": now - timedelta(hours=1), "sign_up_closes_at": now + timedelta(minutes=50)}
    soon = [open_activity(community, user, status="published", is_public=True, **opened) for _ in range(MEETINGS)]
    running = [open_activity(community, user, status="published", starts_at=now) for _ in range(MEETINGS)]
    return {
        "username": user.username,
        "code": community.code,
        "residents": list(residents.values_list("pk", flat=True)[:PEOPLE]),
        "check_in": [activity.pk for activity in running],
        "sign_up": [activity.public_id for activity in soon],
        "kinds": list(ActivityKind.objects.filter(is_confidential=False).values_list("pk", flat=True)[:5]),
    }


def open_surveys(workers: list[User]) -> list[WaveLink]:
    """Return links of waves that anybody may answer this week: a new wave of each of the newest questionnaires."""
    days = {"opens_on": timezone.localdate(), "closes_on": timezone.localdate() + timedelta(days=7)}
    links = []
    for version in SurveyVersion.objects.order_by("-pk")[:MEETINGS]:
        wave = Wave.objects.create(version=version, name="负载测量", created_by=workers[0], **days)
        links += [WaveLink.objects.create(wave=wave, community=worker.community) for worker in workers]
    return links


def describe() -> dict[str, Any]:
    """Return all places, as profile.py reads them."""
    # Those of the demo streets: of the others only the names are needed, and they have no password.
    named = User.objects.filter(is_demo=True, role=Role.WORKER, username__startswith="worker")
    workers = list(named.filter(community__residents__isnull=False).distinct())
    others = User.objects.filter(is_demo=True, role__in=(Role.STREET_OFFICER, Role.DISTRICT_OFFICER))
    return {
        "password": settings.DEMO_PASSWORD,
        "workers": [describe_worker(user) for user in workers],
        "officers": [{"username": user.username, "code": user.area_code} for user in others],
        "surveys": [link.public_id for link in open_surveys(workers)],
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(describe()), encoding="utf-8")
