"""Rosters that come in: template, upload, rehearsal with its report, refused rows, writing."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import StaffRequest, access
from accounts.models import User
from accounts.roles import Permission
from communities.downloads import send_file
from grids.small_files import SealedUpload, open_for, seal_for
from imports.formats import FileRefused
from party.forms.roster import RosterForm
from party.models import Organisation
from party.roster.files import write_refused_rows, write_template
from party.roster.matching import find_led, list_branches
from party.roster.planning import Outcome, Plan, Terms, make_plan
from party.roster.reading import EXTENSIONS, RosterFile, read_roster, read_upload
from party.roster.reasons import REMARK, describe_refusal
from party.roster.report import group_findings, group_missing, list_changes
from party.roster.writing import take_roster

SALT = "party.roster"
GONE = (signing.BadSignature, Http404, FileRefused)


@dataclass
class Rehearsal:
    """An upload that waits for confirmation: its bytes, what it says, and on which terms it is read.

    Raises BadSignature, Http404 or FileRefused when there is nothing to rehearse any more.
    """

    sealed: str
    by: User

    def __post_init__(self) -> None:
        data = open_for(self.by, self.sealed, salt=SALT)
        self.kept, self.seen = SealedUpload(name=data["name"]), data["seen"]
        self.content = self.kept.read()
        self.file: RosterFile = read_roster(self.content)
        self.terms = Terms(find_branch(self.by, data["branch"]), date.fromisoformat(data["since"]))

    def plan(self) -> Plan:
        """Return what the file would do now."""
        return make_plan(self.file, self.terms, today=timezone.localdate(), by=self.by)

    def seal_again(self, plan: Plan) -> str:
        """Return the seal of what is shown now."""
        return seal(self.by, str(self.kept.name), self.terms, plan)


def find_branch(user: User, pk: int | None) -> Organisation | None:
    """Return the branch chosen with the file; BadSignature once the user does not lead it any more."""
    if pk is None:
        return None
    for branch in list_branches(user, timezone.localdate()):
        if branch.pk == pk:
            return branch
    raise signing.BadSignature


def seal(user: User, name: str, terms: Terms, plan: Plan) -> str:
    """Return a text that stands for the upload as its rehearsal showed it to this user."""
    branch = terms.branch and terms.branch.pk
    since = terms.since.isoformat()
    return seal_for(user, salt=SALT, name=name, branch=branch, since=since, seen=plan.fingerprint)


@access(Permission.IMPORT_ROSTER)
def download_template(request: StaffRequest) -> HttpResponse:
    """Send the empty list."""
    return send_file(write_template(), "party-roster.xlsx")


@access(Permission.IMPORT_ROSTER, methods=("GET", "POST"))
def upload(request: StaffRequest) -> HttpResponse:
    """Take a roster and rehearse it."""
    today = timezone.localdate()
    branches = list_branches(request.user, today)
    is_sent = request.method == "POST"
    given: Any = (request.POST, request.FILES) if is_sent else (None, None)
    form = RosterForm(*given, branches=branches, initial={"branch": request.GET.get("organisation", "")})
    if is_sent and branches and form.is_valid():
        sent = form.cleaned_data["file"]
        content = sent.read()
        terms = Terms(form.cleaned_data["branch"], form.cleaned_data["since"])
        try:
            file = read_upload(content, sent.name)
        except FileRefused as refusal:
            form.add_error("file", describe_refusal(refusal))
        else:
            plan = make_plan(file, terms, today=today, by=request.user)
            kept = SealedUpload()
            kept.save(content)
            query = urlencode({"sealed": seal(request.user, str(kept.name), terms, plan)})
            return redirect(f"{reverse('party:roster-check')}?{query}")
    veils = len(find_led(request.user, branches, today)) < len(branches)
    context = {"form": form, "branches": branches, "extensions": EXTENSIONS, "veils": veils}
    return render(request, "party/roster_upload.html", context)


@access(Permission.IMPORT_ROSTER, methods=("GET", "POST"), personal=True)
def check(request: StaffRequest) -> HttpResponse:
    """Show what a roster would do; write it, unless it would do something else by now: then it is shown again."""
    is_sent = request.method == "POST"
    try:
        found = Rehearsal((request.POST if is_sent else request.GET).get("sealed", ""), request.user)
    except GONE:
        return tell_gone(request)
    if is_sent:
        try:
            plan = take_roster(found.file, found.terms, seen=found.seen, by=request.user)
        except ValidationError as error:
            messages.warning(request, " ".join(error.messages))
        else:
            found.kept.remove()
            return tell_done(request, plan)
    return show(request, found)


def show(request: StaffRequest, found: Rehearsal) -> HttpResponse:
    """Answer with the report."""
    plan = found.plan()
    findings = group_findings(plan)
    context = {
        "plan": plan,
        "counts": plan.counts,
        "refusals": [one for one in findings if one.severity != REMARK],
        "remarks": [one for one in findings if one.severity == REMARK],
        "changes": list_changes(plan),
        "missing": group_missing(plan),
        "unused": found.file.unused,
        "sealed": found.seal_again(plan),
    }
    return render(request, "party/roster_check.html", context)


@access(Permission.IMPORT_ROSTER, personal=True)
def send_refused(request: StaffRequest) -> HttpResponse:
    """Send the refused rows, to be corrected and uploaded again."""
    try:
        found = Rehearsal(request.GET.get("sealed", ""), request.user)
        content = write_refused_rows(found.content, found.file, found.plan())
    except GONE:
        return tell_gone(request)
    return send_file(content, "party-roster-refused.xlsx")


def count_done(plan: Plan) -> Iterator[str]:
    """Yield how many were written; of branches that the user does not lead, how many are on the roster now or not."""
    counts = plan.counts
    if plan.led:
        yield ngettext("新登记 %(count)s 人", "新登记 %(count)s 人", counts["new"]) % {"count": counts["new"]}
        yield ngettext("更新 %(count)s 人", "更新 %(count)s 人", counts["changed"]) % {"count": counts["changed"]}
    if plan.veiled:
        left = sum(entry.outcome == Outcome.REFUSED for entry in plan.veiled)
        taken = len(plan.veiled) - left
        yield ngettext("按表登记 %(count)s 人", "按表登记 %(count)s 人", taken) % {"count": taken}
        if left:
            yield ngettext("没有写入 %(count)s 人", "没有写入 %(count)s 人", left) % {"count": left}


def tell_gone(request: StaffRequest) -> HttpResponse:
    """Lead back to the upload: the file is no longer there."""
    messages.info(request, _("这份名册已经写入，或者放得太久了。要再用，请重新上传。"))
    return redirect("party:roster")


def tell_done(request: StaffRequest, plan: Plan) -> HttpResponse:
    """Say what was written, and lead to the roster where there is one to read."""
    words = _("名册已写入：%(what)s。上传的文件已经删除。")
    messages.success(request, words % {"what": _("，").join(count_done(plan))})
    about = {entry.branch.pk for entry in plan.changing if entry.branch}
    if len(about) == 1 and request.user.may(Permission.LEAD_PARTY):
        return redirect("party:members", about.pop())
    return redirect("party:roster")
