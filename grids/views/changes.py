"""Short pages that change one person: each asks for little, does one action and goes back to the person."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.generic import FormView

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.doorbell import REFRESH, ring
from grids.actions import (
    AlreadyRegistered,
    add_resident,
    correct_entry,
    edit_resident,
    join_group,
    leave_group,
    move_out,
    move_within,
    record_death,
    return_resident,
    undo_departure,
)
from grids.doors import doors_of
from grids.forms.people import (
    AddForm,
    CorrectForm,
    DeathForm,
    EditForm,
    JoinForm,
    LeaveForm,
    MoveForm,
    MoveOutForm,
    ReturnForm,
)
from grids.models import GroupMembership, Household, Resident
from grids.search import read_key
from grids.views.residents import get_resident


@access(Permission.EDIT_RESIDENTS, methods=("GET", "POST"), personal=True)
def add(request: StaffRequest) -> HttpResponse:
    """Register somebody new, behind the door that the address may name."""
    form = AddForm(request.POST or None, by=request.user, household=find_household(request))
    known = None
    if request.method == "POST" and form.is_valid():
        try:
            person = add_resident(door=form.door, by=request.user, **form.details)
        except AlreadyRegistered as error:
            form.add_error(None, error)
            known = error.resident
        except ValidationError as error:
            form.add_error(None, error)
        else:
            ring(REFRESH)
            messages.success(request, _("已登记。"))
            return redirect("grids:resident", person.pk)
    return render(request, "grids/resident_add.html", {"form": form, "known": known})


def find_household(request: StaffRequest) -> Household | None:
    """Return the door that the address names, if it is in one's communities."""
    number = request.GET.get("household", "")
    return get_object_or_404(doors_of(request.user), pk=read_key(number)) if number else None


@method_decorator(access(Permission.EDIT_RESIDENTS, methods=("GET", "POST"), personal=True), name="dispatch")
class ChangePage(FormView):
    """What the short pages share: the person, the form, the action, and the way back."""

    request: StaffRequest

    template_name = "grids/resident_change.html"
    heading: Any
    button: Any
    done: Any
    advice: Any = ""

    def setup(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Fetch the person once access has been granted."""
        super().setup(request, *args, **kwargs)
        self.person: Resident = get_resident(request, kwargs["resident"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"by": self.request.user}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"heading": self.heading, "button": self.button, "advice": self.advice}
        return super().get_context_data(person=self.person, **words, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            self.act(form)
        except ValidationError as error:
            form.add_error(None, error)
            if isinstance(error, AlreadyRegistered):
                return self.render_to_response(self.get_context_data(form=form, known=error.resident))
            return self.form_invalid(form)
        ring(REFRESH)
        messages.success(self.request, self.done)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return reverse("grids:resident", args=[self.person.pk])

    def act(self, form: Any) -> None:
        """Carry out what the valid form says."""
        raise NotImplementedError


class Edit(ChangePage):
    """Corrects name, numbers and codes."""

    template_name = "grids/resident_edit.html"
    form_class = EditForm
    heading, button, done = gettext_lazy("修改资料"), gettext_lazy("保存"), gettext_lazy("修改已保存。")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"resident": self.person}

    def act(self, form: EditForm) -> None:
        edit_resident(self.person, by=self.request.user, **form.cleaned_data)


class Move(ChangePage):
    """搬家: to another door of one's communities."""

    form_class = MoveForm
    heading, button, done = gettext_lazy("搬家"), gettext_lazy("登记搬家"), gettext_lazy("搬家已登记。")
    advice = gettext_lazy("在您负责的社区里换网格或换门牌。搬到别处去，请用“迁出”。")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"grid": self.person.grid_id}

    def act(self, form: MoveForm) -> None:
        move_within(self.person, door=form.door, day=form.cleaned_data["day"], by=self.request.user)


class Return(ChangePage):
    """迁回: somebody who had left lives here again."""

    form_class = ReturnForm
    heading, button, done = gettext_lazy("迁回"), gettext_lazy("登记迁回"), gettext_lazy("迁回已登记。")
    advice = gettext_lazy("曾经住在这里、后来迁出的居民又住回来。原来的记录都会保留。")

    def act(self, form: ReturnForm) -> None:
        return_resident(self.person, door=form.door, since=form.cleaned_data["since"], by=self.request.user)


class MoveOut(ChangePage):
    """迁出: to somewhere outside one's communities."""

    form_class = MoveOutForm
    heading, button, done = gettext_lazy("迁出"), gettext_lazy("登记迁出"), gettext_lazy("迁出已登记。")
    advice = gettext_lazy("搬离您负责的社区。此人作为居民担任的岗位也在这一天结束。")

    def act(self, form: MoveOutForm) -> None:
        move_out(self.person, day=form.cleaned_data["day"], by=self.request.user)


class Death(ChangePage):
    """去世."""

    form_class = DeathForm
    heading, button, done = gettext_lazy("登记去世"), gettext_lazy("登记去世"), gettext_lazy("已登记去世。")
    advice = gettext_lazy("登记有误时，可以到“更正”里撤销。此人担任的岗位也在这一天结束。")

    def act(self, form: DeathForm) -> None:
        record_death(self.person, day=form.cleaned_data["day"], by=self.request.user)


class Correct(ChangePage):
    """更正: the open spell was entered in error; or the departure was."""

    form_class = CorrectForm
    heading, button, done = gettext_lazy("更正"), gettext_lazy("确认更正"), gettext_lazy("已更正。")

    @property
    def lives_here(self) -> bool:
        """Whether there is a spell to withdraw; else it is the departure."""
        return self.person.spells.filter(until=None).exists()

    @property
    def advice(self) -> str:
        """What will be done."""
        if self.lives_here:
            return _(
                "此人其实没有住进现在的网格，是登记有误。这段居住记录会标为“登记有误”，不再计入统计。"
                "如果是搬家登错了，会恢复到搬家以前的网格。只是姓名或号码有误，请用“修改资料”。"
            )
        return _("迁出或去世登记有误：撤销以后，此人仍住在原来的网格，统计也随之恢复。")

    def act(self, form: CorrectForm) -> None:
        (correct_entry if self.lives_here else undo_departure)(self.person, by=self.request.user)


class Memberships(ChangePage):
    """人群: which groups somebody belongs to; the form joins one more."""

    template_name = "grids/resident_groups.html"
    form_class = JoinForm
    heading, button, done = gettext_lazy("人群"), gettext_lazy("加入"), gettext_lazy("已加入该人群。")

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["by"]
        return kwargs

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(memberships=list_memberships(self.person), **kwargs)

    def act(self, form: JoinForm) -> None:
        data = form.cleaned_data
        join_group(self.person, group=data["group"], since=data["since"], by=self.request.user)

    def get_success_url(self) -> str:
        return reverse("grids:memberships", args=[self.person.pk])


@access(Permission.EDIT_RESIDENTS, methods=("POST",), personal=True)
def leave(request: StaffRequest, resident: int) -> HttpResponse:
    """End a membership on a day; a form that is refused is shown again on the page of the groups."""
    person = get_resident(request, resident)
    form = LeaveForm(request.POST)
    if form.is_valid():
        try:
            leave_group(person, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            ring(REFRESH)
            messages.success(request, _("已登记不再属于该人群。"))
            return redirect("grids:memberships", person.pk)
    context = {"person": person, "heading": Memberships.heading, "button": Memberships.button, "form": JoinForm()}
    return render(request, "grids/resident_groups.html", context | {"memberships": list_memberships(person, form)})


def list_memberships(person: Resident, refused: LeaveForm | None = None) -> list[tuple[GroupMembership, LeaveForm]]:
    """Return the groups somebody belongs to, each with the form to leave it: the refused one where it is about it."""
    chosen = str(refused.data.get("group", "")) if refused else ""
    current = GroupMembership.objects.filter(resident=person, until=None).select_related("group").order_by("group")
    return [(row, refused if refused and chosen == str(row.group_id) else LeaveForm()) for row in current]
