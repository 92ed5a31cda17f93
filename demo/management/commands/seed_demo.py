"""manage.py seed_demo: the demo street, its residents through the import pipeline, activities, visits, cadence,
surveys, party organisations and volunteers.

With --scale a large data set instead (demo/scale).
"""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from activities.models import Activity
from communities.models import Community, District, Street
from demo.activities import BUSY_COMMUNITIES, Organiser
from demo.books import close_books, set_demo_targets
from demo.boundaries import draw_boundaries
from demo.cadence import keep_time
from demo.figures import Clerk
from demo.party import organise_party
from demo.people import YEARS_OF_HISTORY, Inventor, Row
from demo.photos import add_photos
from demo.plans import Planner, open_venues
from demo.posts import appoint
from demo.reports import Verifier, add_guests, add_ratings, write_trail
from demo.scale import Size, load
from demo.scale.sizes import SIZES
from demo.street import DISTRICT, STREET, create_accounts, create_areas
from demo.surveys import Pollster, date_back
from demo.visits import Caller
from demo.volunteers import organise_volunteers
from grids.models import Resident
from imports import actions
from imports.models import ResidentImport
from imports.workbooks import write_workbook
from indicators.engine.cells import refresh_community
from indicators.engine.tallying import tally_community
from surveys.mixing import mix_waiting
from surveys.models import Wave

MOVES = 60
RECENT_DAYS = 60  # activities whose trail and photos are worth a look
PHOTOGRAPHED = 24


def find_worker(community: Community, users: dict[str, User]) -> User | None:
    """Return the account of the community's worker, if it has one."""
    return next(
        (user for user in users.values() if user.role == Role.WORKER and user.community_id == community.pk), None
    )


class Command(BaseCommand):
    help = (
        "装入演示街道：区划、账号、约 6000 名虚构居民（走正式的导入流程）、两年的活动、走访、计划、频次、调查、"
        "党组织和志愿服务。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="已经装过就什么也不做")
        parser.add_argument("--scale", choices=SIZES, help="不装演示街道，装大数据集：S 十万居民，M 一百万居民")
        parser.add_argument("--today", type=date.fromisoformat, default=None, help="以哪一天为今天（默认当天）")

    def handle(self, *args: Any, once: bool, scale: str | None, today: date | None, **options: Any) -> None:
        size = SIZES[scale] if scale else None
        name = f"数据集 {size.name} " if size else "演示街道"
        if District.objects.filter(code=(size.district if size else DISTRICT)[0]).exists():
            if once:
                self.stdout.write(f"{name}已在库中，数据保持不变。")
                return
            raise CommandError(f"{name}已在库中；要重来，请换一个数据文件夹（PORTAL_DATA）。")
        if size:
            self.fill(size, today or timezone.localdate())
        else:
            self.open_street(today or timezone.localdate())

    def fill(self, size: Size, today: date) -> None:
        """Load a large data set."""
        self.stdout.write(f"装入数据集 {size.name}：{size.residents} 名虚构居民……")
        load(size, today, self.stdout.write)
        self.stdout.write(f"数据集 {size.name} 已装好：{size.participations} 人次。")

    def open_street(self, today: date) -> None:
        """Seed the demo street and compute its figures."""
        with transaction.atomic():
            self.seed(today)
        street = Street.objects.get(code=STREET[0])
        mix_waiting()
        date_back(Wave.objects.all())
        for community in street.communities.all():
            refresh_community(community.pk, everything=True)
            tally_community(community.pk)
        officer = User.objects.get(role=Role.STREET_OFFICER, street=street)
        set_demo_targets(street, today, officer)
        close_books(street, today, officer)
        self.stdout.write(f"演示街道已装好：{Resident.objects.count()} 名虚构居民。")

    def seed(self, today: date) -> None:
        """Fill an empty database, all or nothing."""
        start = today - timedelta(days=365 * YEARS_OF_HISTORY)
        street = create_areas()
        users = create_accounts(street, start)
        draw_boundaries(street, users["data"])
        inventor = Inventor(today)
        rows = list(inventor.residents())
        self.stdout.write(f"导入 {len(rows)} 名居民……")
        self.load("演示街道居民名册.xlsx", rows, start, users["data"])
        settled = [row for row in rows if row[11] < f"{start:%Y-%m-%d}"]
        self.load(
            "演示街道迁移变动.xlsx",
            inventor.moves(settled, MOVES),
            today - timedelta(days=365),
            users["data"],
        )
        self.stdout.write("编排两年的活动……")
        communities = list(street.communities.order_by("code"))
        self.organise(communities, users, today)
        self.stdout.write("编排计划、走访、频次、调查、党组织和志愿服务……")
        for community in communities:
            if worker := find_worker(community, users):
                Planner(community, today, worker).plan()
                Caller(community, today, worker, officer=users["street"]).call()
        appoint(communities, today - timedelta(days=365), today)
        keep_time(communities, today, users["street"], users["worker"])
        Clerk(today).report(communities, users["street"], users.values())
        Pollster(communities, today, users["street"]).ask(users["worker"])
        organise_party(communities, today, users)
        organise_volunteers(communities, today, users)

    def organise(self, communities: list[Community], users: dict[str, User], today: date) -> None:
        """Invent what was held, and what the street and the residents made of it."""
        organiser = Organiser(today, Verifier(today, users["street"]))
        held: list[Activity] = []
        for community, factor in zip(communities, BUSY_COMMUNITIES, strict=True):
            open_venues(community)
            held += organiser.organise(community, factor, by=find_worker(community, users) or users["worker"])
        recent = [activity for activity in held if (today - activity.held_day).days < RECENT_DAYS]
        write_trail(recent)
        add_guests(held, today)
        add_ratings(held, today)
        add_photos(recent[:: max(1, len(recent) // PHOTOGRAPHED)])

    def load(self, name: str, rows: list[Row], effective_date: date, by: User) -> None:
        """Take a generated workbook through the import that every administrator uses."""
        job = actions.create_import(
            file_name=name, content=write_workbook(rows), community=None, effective_date=effective_date, by=by
        )
        actions.rehearse(job.pk)
        job.refresh_from_db()
        if job.status != ResidentImport.Status.REHEARSED or job.counts["refuse"]:
            raise CommandError(f"演示名册没有通过预演：{list(job.messages.all()[:3])}")
        actions.confirm_import(job, by=by)
        actions.write(job.pk)
