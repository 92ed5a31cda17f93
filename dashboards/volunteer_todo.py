"""What volunteers wait for: an answer to their application, and somebody who confirms their hours."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from dashboards.todo_line import SOON, Task
from volunteers.models import ServiceRecord, Volunteer

ANSWER_WITHIN = timedelta(days=7)  # afterwards somebody who offered help believes that nobody wants it


def list_applications(user: User) -> Iterator[Task]:
    """Yield in one line how many people have applied as volunteers and have no answer."""
    waiting = list(Volunteer.objects.visible_to(user).applied().values_list("applied_at", flat=True))
    if number := len(waiting):
        words = ngettext("%(count)s 人申请做志愿者", "%(count)s 人申请做志愿者", number)
        late = sum(at < timezone.now() - ANSWER_WITHIN for at in waiting)
        more = ngettext("其中 %(count)s 人等了一周以上", "其中 %(count)s 人等了一周以上", late) % {"count": late}
        url = f"{reverse('volunteers:list')}?state={Volunteer.State.APPLIED}"
        yield Task(SOON, "person-heart", words % {"count": number}, more if late else "", url, _("去审核"), late > 0)


def list_hours(user: User) -> Iterator[Task]:
    """Yield in one line how many records wait to be confirmed; those that the user made wait for a colleague."""
    number = ServiceRecord.objects.visible_to(user).unconfirmed().exclude(recorded_by=user).count()
    if number:
        words = ngettext("%(count)s 条服务时长要确认", "%(count)s 条服务时长要确认", number)
        detail = _("确认以后才算时长")
        yield Task(SOON, "stopwatch", words % {"count": number}, detail, reverse("volunteers:hours"), _("去确认"))
