"""What the page of one organisation shows, as its reader may see it. Writes: organisations.py and offices.py."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from party.models import Office, Organisation
from party.offices import BY_ACCOUNT
from party.structure import Standing, list_required, read_standings

Kind, Post = Organisation.Kind, Office.Post


@dataclass(frozen=True)
class PostLine:
    """A post: its holder, or vacant. `holder` is "" where the reader may only know that a member holds it."""

    post: Office.Post
    office: Office | None
    holder: str

    @property
    def is_by_account(self) -> bool:
        """Whether an account holds it."""
        return bool(self.office and self.office.user_id)


def describe(organisation: Organisation, user: User, day: date) -> dict[str, Any]:
    """Return what the page shows, with a constant number of queries."""
    standing = read_standings([organisation], user, day)[0]
    children = Organisation.objects.visible_to(user).filter(parent=organisation).existing_on(day)
    parent = organisation.parent
    links = organisation.links.select_related("community", "grid__community", "building__grid__community")
    return {
        "organisation": organisation,
        "standing": standing,
        "is_led": standing.is_led,
        "parent": parent if parent and parent.community.code.startswith(user.area_code) else None,
        "children": read_standings(children, user, day),
        "links": [link for link in links if link.until is None or link.until > day],
        "past_links": [link for link in links if link.until is not None and link.until <= day],
        "terms": list(organisation.terms.all()),
        "posts": list_posts(organisation, standing, day),
        "by_account": bool(BY_ACCOUNT.get(organisation.kind)),
        "doors": list(list_doors(standing)),
    }


def list_posts(organisation: Organisation, standing: Standing, day: date) -> list[PostLine]:
    """Return the posts that are held, and the required ones that are vacant, in the order of the posts."""
    offices = organisation.offices.all().on(day).select_related("user", "member__resident")
    lines = [PostLine(Post(one.post), one, name_holder(one, is_led=standing.is_led)) for one in offices]
    lines += [PostLine(post, None, "") for post in standing.vacancies]
    order = {post: number for number, post in enumerate([*list_required(organisation), *Post])}
    return sorted(lines, key=lambda line: order[line.post])


def find_nameless(lines: Iterable[PostLine], user: User) -> Office | None:
    """Return the user's own post as secretary while nobody has said which member she is."""
    offices = (line.office for line in lines if line.office and line.post == Post.SECRETARY)
    return next((one for one in offices if one.user_id == user.pk and one.member_id is None), None)


def name_holder(office: Office, *, is_led: bool) -> str:
    """Return who holds a post: an account by its name, a member masked, and only to who leads the organisation."""
    if office.user:
        return str(office.user)
    return office.member.resident.masked_name if is_led and office.member else ""


# label, address, icon, kinds: pages about an organisation for who leads it.
DOORS: list[tuple[str | Promise, str, str, tuple[str, ...]]] = [
    (_("党员"), "party:members", "people", (Kind.BRANCH, Kind.GROUP)),
    (_("组织生活"), "party:slots", "calendar-check", tuple(Kind)),
    (_("应开几次"), "party:rules", "sliders", (Kind.COMMITTEE, Kind.GENERAL_BRANCH, Kind.BRANCH, Kind.GROUP)),
    (_("设岗定责"), "party:posts", "person-badge", (Kind.BRANCH,)),
    (_("承诺"), "party:pledges", "card-checklist", (Kind.BRANCH,)),
    (_("双报到"), "party:registrations", "building-check", (Kind.BRANCH,)),
]


def list_doors(standing: Standing) -> Iterable[tuple[str | Promise, str, str]]:
    """Yield label, address and icon of the pages that open to who leads the organisation."""
    organisation = standing.organisation
    for label, name, icon, kinds in DOORS:
        if standing.is_led and organisation.kind in kinds:
            yield label, reverse(name, args=[organisation.pk]), icon
