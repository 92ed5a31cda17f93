"""Templates and series: the list with what comes next, the form, and planning the coming weeks."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities.forms.templates import TemplateForm
from activities.models import ActivityTemplate
from activities.models.templates import ActivityTemplateQuerySet
from activities.series import Slot, describe_recurrence, look_ahead, plan_series
from activities.templates import save_template
from communities.doorbell import REFRESH, ring


@access(Permission.PLAN_ACTIVITIES)
def list_templates(request: StaffRequest) -> HttpResponse:
    """Show the templates in use with their coming days, and those out of use."""
    templates = list(find_templates(request).for_list())
    slots = look_ahead([template for template in templates if template.is_series])
    used = [template for template in templates if template.is_active]
    rows = [(template, describe_recurrence(template), slots.get(template.pk, [])) for template in used]
    unused = [template for template in templates if not template.is_active]
    return render(request, "activities/template_list.html", {"rows": rows, "unused": unused, "has_series": bool(slots)})


@access(Permission.PLAN_ACTIVITIES, methods=("GET", "POST"))
def edit_template(request: StaffRequest, template: int | None = None) -> HttpResponse:
    """Make a template, or change the one of this key."""
    saved = get_object_or_404(find_templates(request), pk=template) if template else None
    instance = saved or ActivityTemplate(community=request.user.community, created_by=request.user)
    sent = request.POST if request.method == "POST" else None
    form = TemplateForm(sent, instance=instance, by=request.user)
    if form.is_bound and form.is_valid():
        save_template(form.instance, links=form.links, by=request.user)
        key = template_key(saved)
        messages.success(request, _("模板已保存：%(name)s。") % {"name": form.instance.name}, extra_tags=key)
        return redirect("activities:templates")
    trail = [(_("活动模板"), reverse("activities:templates"))]
    context = {
        "form": form,
        "template": saved,
        "trail": trail,
        "draft_key": template_key(saved),
        **form.describe_folds(),
    }
    return render(request, "activities/template_form.html", context)


@access(Permission.PLAN_ACTIVITIES, methods=("POST",))
def plan_weeks(request: StaffRequest) -> HttpResponse:
    """Plan the coming weeks of all series of one's community, and say what could not be planned."""
    planned, troubles = 0, []
    for template in find_templates(request).repeating():
        slots = plan_series(template, by=request.user)
        planned += sum(slot.is_new for slot in slots)
        troubles += [describe_trouble(template, slot) for slot in slots if slot.trouble]
    words = ngettext("新排了 %(count)s 场活动。", "新排了 %(count)s 场活动。", planned)
    messages.success(request, words % {"count": planned} if planned else _("后面几周都已经排好，没有新排的。"))
    for words in troubles:
        messages.warning(request, words)
    if planned:
        ring(REFRESH)
    return redirect("activities:templates")


def describe_trouble(template: ActivityTemplate, slot: Slot) -> str:
    """Say why a day of a series was skipped."""
    words = _("%(day)s 的“%(name)s”没有排：%(why)s")
    return words % {"day": f"{slot.day:%m-%d}", "name": template.name, "why": slot.trouble}


def find_templates(request: StaffRequest) -> ActivityTemplateQuerySet:
    """Return the templates within the user's reach."""
    return ActivityTemplate.objects.visible_to(request.user)


def template_key(saved: ActivityTemplate | None) -> str:
    """Return the name under which the browser keeps what was typed."""
    return f"template-{saved.pk if saved else 'new'}"
