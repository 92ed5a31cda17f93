"""The history of one activity in words, read from the audit log."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import AuditEvent
from accounts.reads import PAGE
from activities.models import Activity

MOST_DEEDS = 50

WORDS: dict[str, str | Promise] = {
    "activity.log": _("记下这场活动"),
    "activity.plan": _("列入计划"),
    "activity.publish": _("发布"),
    "activity.change": _("修改"),
    "activity.first_check_in": _("第一位签到，活动开始"),
    "activity.settle_check_in": _("处理一条待核对的签到"),
    "activity.report": _("填报"),
    "activity.photo_delete": _("删除一张照片"),
    "activity.verify": _("核验通过"),
    "activity.return": _("退回修改"),
    "activity.cancel": _("撤销"),
}


@dataclass(frozen=True)
class Deed:
    """Something that was done to an activity: who, when, what, and a remark ("" when there is none)."""

    at: datetime
    actor: str
    words: str | Promise
    remark: str


def list_deeds(activity: Activity) -> list[Deed]:
    """Return what was done to the activity, newest first."""
    events = AuditEvent.objects.of("activity", activity.pk).exclude(action=PAGE).order_by("-id")
    return [
        Deed(event.at, event.actor, WORDS.get(event.action, event.action), describe(event.detail))
        for event in events[:MOST_DEEDS]
    ]


def describe(detail: dict[str, Any]) -> str:
    """Return the reason that was given and how many were named, of a deed's detail."""
    parts = [str(detail[key]) for key in ("reason", "note") if detail.get(key)]
    if people := detail.get("people"):
        parts.append(ngettext("实名 %(count)s 人", "实名 %(count)s 人", people) % {"count": people})
    return str(_("；")).join(parts)
