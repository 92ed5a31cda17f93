"""Setting up, changing and ending waves: what is checked and written. Whether one is open derives from its dates."""

import uuid
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.audit import record
from accounts.models import User
from communities.models import Community
from surveys.models import CodeIssue, Sample, Survey, Wave, WaveLink
from surveys.questionnaire import Questionnaire

LONGEST = 366  # days; a longer wave is a wrong year
FIXED_BY_BEGINNING = ("mode", "release", "k", "needs_code", "opens_on", "grouping")
FIXED_BY_CARDS = ("mode", "k", "needs_code", "grouping")  # what a draw and the codes on cards were made for


def communities_of(survey: Survey) -> QuerySet[Community]:
    """Return where the survey may be asked: in the community that owns it, or in all of the street."""
    if survey.community_id:
        return Community.objects.filter(pk=survey.community_id)
    return Community.objects.filter(street=survey.street).order_by("code")


def has_begun(wave: Wave) -> bool:
    """Whether the wave's first day has come."""
    return wave.get_phase() != Wave.Phase.COMING


def has_cards(wave: Wave) -> bool:
    """Whether people were drawn or cards printed."""
    return Sample.objects.filter(wave=wave).exists() or CodeIssue.objects.filter(link__wave=wave).exists()


def list_fixed_fields(wave: Wave) -> tuple[str, ...]:
    """Return the fields that cannot be changed any more.

    Whatever the first answer freezes is fixed from the first day on: a form that noticed the first answer would tell
    that somebody has answered.
    """
    if has_begun(wave):
        return FIXED_BY_BEGINNING
    return FIXED_BY_CARDS if has_cards(wave) else ()


def check_mode(questionnaire: Questionnaire, mode: str, *, needs_code: bool) -> None:
    """Raise ValidationError when these questions may not be asked in this mode."""
    if mode == Wave.Mode.NAMED:
        opinion = next((question for question in questionnaire.questions if question.is_opinion), None)
        if opinion:
            raise ValidationError(
                _("实名调查不能问看法：“%(text)s”。请改用匿名或保密，或者在问卷里去掉这道题。") % {"text": opinion.text}
            )
    if mode == Wave.Mode.CONFIDENTIAL and not needs_code:
        raise ValidationError(_("保密调查要凭答题码作答：抽样层写在码里。请选上“凭一次性答题码作答”。"))


def check_days(wave: Wave) -> None:
    """Raise ValidationError, by field, for dates on which nobody could be asked."""
    if wave.closes_on < wave.opens_on:
        raise ValidationError({"closes_on": _("结束日期不能早于开始日期。")})
    if wave.closes_on < timezone.localdate():
        raise ValidationError({"closes_on": _("结束日期已经过去了。")})
    if (wave.closes_on - wave.opens_on).days > LONGEST:
        raise ValidationError({"closes_on": _("一轮调查最长一年，请核对年份。")})
    # Names are deleted so many days after they were given, and the results are made before that.
    if wave.mode == Wave.Mode.NAMED and (wave.closes_on - wave.opens_on).days >= settings.SURVEY_NAMED_DAYS:
        raise ValidationError(
            {"closes_on": _("实名调查最长 %(days)s 天：称呼和电话到期就删除。") % {"days": settings.SURVEY_NAMED_DAYS}}
        )


def check_wave(wave: Wave) -> None:
    """Raise ValidationError for what the user can mend."""
    check_mode(wave.version.questionnaire, wave.mode, needs_code=wave.needs_code)
    check_days(wave)


def add_wave(wave: Wave, *, communities: Iterable[Community], token: uuid.UUID, by: User) -> tuple[Wave, bool]:
    """Save a new wave with an address for each community; return it and whether it is new.

    The same client token sent again returns what the first one saved.
    """
    if earlier := Wave.objects.filter(client_token=token, created_by=by).first():
        return earlier, False
    check_wave(wave)
    wave.client_token, wave.created_by = token, by
    try:
        with transaction.atomic():
            wave.save()
            add_links(wave, communities)
            audit("survey_wave.add", wave, by)
    except IntegrityError:
        # Two sends of one form at the same moment: the other one won.
        earlier = Wave.objects.filter(client_token=token, created_by=by).first()
        if earlier is None:
            raise ValidationError(_("这张表单已经用过，请刷新页面后再填一次。")) from None
        return earlier, False
    return wave, True


@transaction.atomic
def change_wave(wave: Wave, *, communities: Iterable[Community], by: User) -> Wave:
    """Save what was changed in a wave that is not over, and ask in exactly these communities.

    Raises ValidationError when it is over, when something changed that stays as it was from the first day on, or when a
    community was left out that has been asked or has got cards.
    """
    saved = Wave.objects.select_for_update().get(pk=wave.pk)
    check_still_running(saved)
    if any(getattr(saved, name) != getattr(wave, name) for name in list_fixed_fields(saved)):
        raise ValidationError(_("这一轮已经开始或发了卡，只能改名称和结束日期。请刷新页面。"))
    check_wave(wave)
    chosen = set(communities)
    if dropped := fixed_communities(saved) - {one.pk for one in chosen}:
        names = _("、").join(Community.objects.filter(pk__in=dropped).values_list("name", flat=True))
        raise ValidationError(_("%(names)s已经开始调查或发了卡，不能去掉。") % {"names": names})
    wave.save()
    wave.links.exclude(community__in=chosen).delete()
    add_links(wave, chosen)
    audit("survey_wave.change", wave, by)
    return wave


def fixed_communities(wave: Wave) -> set[int]:
    """Return the communities that stay: all that are asked, once it has begun or somebody was to get a card."""
    if not has_begun(wave) and not has_cards(wave):
        return set()
    return set(wave.links.values_list("community", flat=True))


@transaction.atomic
def close_wave(wave: Wave, *, by: User) -> Wave:
    """End a wave before its last day: no more answers from now on."""
    wave = Wave.objects.select_for_update().get(pk=wave.pk)
    check_still_running(wave)
    wave.closed_at = timezone.now()
    wave.save(update_fields=["closed_at"])
    audit("survey_wave.close", wave, by)
    return wave


def check_still_running(wave: Wave) -> None:
    """Raise ValidationError when the wave is over."""
    if wave.is_closed:
        raise ValidationError(_("这一轮已经结束，不能再改。"))


def add_links(wave: Wave, communities: Iterable[Community]) -> None:
    """Make an address for each of the communities that has none yet."""
    links = [WaveLink(wave=wave, community=community) for community in sorted(communities, key=lambda one: one.code)]
    WaveLink.objects.bulk_create(links, ignore_conflicts=True)


def audit(action: str, wave: Wave, by: User) -> None:
    """Note what was done to a wave as a whole."""
    days: dict[str, date] = {"opens_on": wave.opens_on, "closes_on": wave.closes_on}
    said = {name: f"{day}" for name, day in days.items()} | {"mode": wave.mode, "communities": wave.links.count()}
    record(action, by=by, target=wave, area_code=wave.version.survey.area.code, **said)
