"""Drawing from the register who gets a card: at random, the same again with the same seed. Nothing here knows answers.

Whoever of a stratum has the least keyed digest is drawn: each resident's place is random, and does not depend on who
else is there. In confidential waves the stratum stands on the cards, so that small ones are put together first.
"""

import hashlib
import secrets
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Community
from surveys.asked import Person, list_people, members_of
from surveys.models import CodeIssue, Sample, SampledResident, Wave
from surveys.strata import Stratum, allocate, cell_of, least_of, make_strata

SEEDS = 2**63 - 1


def draw_from(people: Iterable[Person], size: int, seed: int) -> list[Person]:
    """Return `size` of the people; every one of them has the same chance."""
    return sorted(people, key=lambda person: rank(seed, person.resident))[:size]


def rank(seed: int, resident: int) -> bytes:
    """Return a resident's place in the draw of this seed."""
    return hashlib.blake2b(f"{seed}:{resident}".encode(), digest_size=16).digest()


def draw_simple(people: Sequence[Person], size: int, seed: int) -> tuple[list[Stratum], list[Person]]:
    """Draw from all of them at once; the frame has a row for each community, without a code for cards."""
    drawn = draw_from(people, size, seed)
    counts = Counter(person.community for person in people)
    got = Counter(person.community for person in drawn)
    return [Stratum("", key, (), counts[key], got[key]) for key in sorted(counts)], drawn


def draw_stratified(
    people: Sequence[Person], groups: dict[int, str], size: int, seed: int, *, least: int
) -> tuple[list[Stratum], list[Person]]:
    """Draw from each stratum in proportion to its people."""
    strata = make_strata(people, groups, least=least)
    strata_of = {cell: stratum for stratum in strata for cell in stratum.cells}
    members: dict[Stratum, list[Person]] = defaultdict(list)
    for person in people:
        members[strata_of[cell_of(person, groups)]].append(person)
    shares = allocate(size, [stratum.population for stratum in strata])
    drawn: list[Person] = []
    for stratum, share in zip(strata, shares, strict=True):
        drawn += draw_from(members[stratum], share, seed)
    return [replace(stratum, drawn=share) for stratum, share in zip(strata, shares, strict=True)], drawn


@transaction.atomic
def draw_sample(
    wave: Wave, *, method: str, groups: Sequence[str], size: int, by: User, seed: int | None = None
) -> Sample:
    """Draw who gets a card, instead of an earlier draw; raises ValidationError for what the user can mend.

    `groups` are codes of groupings; somebody who belongs to several counts for the first.
    """
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    today = timezone.localdate()
    communities = list(Community.objects.filter(survey_links__wave=wave))
    check_open_to_draw(wave)
    people = list_people(wave, communities, today)
    check_size(wave, size, len(people))
    seed = 1 + secrets.randbelow(SEEDS) if seed is None else seed
    if method == Sample.Method.SIMPLE:
        strata, drawn = draw_simple(people, size, seed)
    else:
        least = least_of(size, len(people), wave.k) if wave.keeps_strata else 0
        strata, drawn = draw_stratified(people, members_of(groups, communities, today), size, seed, least=least)
    Sample.objects.filter(wave=wave).delete()
    sample = Sample.objects.create(
        wave=wave,
        method=method,
        groups=list(groups) if method == Sample.Method.STRATIFIED else [],
        size=size,
        seed=seed,
        frame=[stratum.to_json() for stratum in strata],
        drawn_on=today,
        drawn_by=by,
    )
    # In the order of keys: in the order of the draw, rows would tell strata apart.
    rows = [SampledResident(sample=sample, resident_id=key) for key in sorted(person.resident for person in drawn)]
    SampledResident.objects.bulk_create(rows, batch_size=5000)
    record("survey_sample.draw", by=by, target=wave, area_code=wave.version.survey.area.code, size=size, method=method)
    return sample


def check_open_to_draw(wave: Wave) -> None:
    """Raise ValidationError when nobody can be drawn (any more)."""
    if not wave.needs_code:
        raise ValidationError(_("这一轮人人可答，不用答题码，所以不抽样。"))
    if wave.is_closed:
        raise ValidationError(_("这一轮已经结束，不能再抽样。"))
    if CodeIssue.objects.filter(link__wave=wave).exists():
        raise ValidationError(_("答题卡已经打印，抽样不能再改。"))


def check_size(wave: Wave, size: int, population: int) -> None:
    """Raise ValidationError for a sample that cannot be drawn, or whose results could never be shown."""
    if size > population:
        raise ValidationError({"size": _("底册里这类居民一共 %(most)s 人，抽不出这么多。") % {"most": population}})
    if size < wave.k:
        raise ValidationError({"size": _("至少抽 %(k)s 人：答卷不到这么多，结果不能看。") % {"k": wave.k}})


def strata_of(sample: Sample) -> list[Stratum]:
    """Return the strata that a sample kept."""
    return [Stratum.from_json(row) for row in sample.frame]
