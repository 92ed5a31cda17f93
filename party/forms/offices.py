"""Forms of posts: by account, which the street fills in, and by member, which the secretary does."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from grids.forms.people import day_field
from grids.forms.posts import name_with_role
from party.models import Member, Office, Organisation
from party.offices import BY_ACCOUNT, BY_MEMBER, find_accounts, find_candidates


class AccountOfficeForm(forms.Form):
    """Makes an account secretary."""

    post = forms.ChoiceField(label=_("职务"), widget=forms.RadioSelect)
    user = forms.ModelChoiceField(
        label=_("账号"),
        queryset=User.objects.none(),
        empty_label=_("请选择账号"),
        help_text=_("本社区的社区工作者或党支部书记账号。担任书记以后，才能看到这个组织的党员。"),
    )
    since = day_field(_("任职日期"))

    def __init__(self, *args: Any, organisation: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = BY_ACCOUNT.get(organisation.kind, ())
        self.fields["post"].choices = [(post.value, post.label) for post in posts]  # type: ignore[attr-defined]
        self.fields["post"].initial = Office.Post.SECRETARY.value
        account: Any = self.fields["user"]
        account.queryset = find_accounts(organisation).order_by("name", "username")
        account.label_from_instance = name_with_role


class MemberOfficeForm(forms.Form):
    """Lets a member of one's own organisation hold a post."""

    post = forms.ChoiceField(label=_("职务"), widget=forms.RadioSelect)
    member = forms.ModelChoiceField(label=_("党员"), queryset=Member.objects.none(), empty_label=_("请选择党员"))
    since = day_field(_("任职日期"))

    def __init__(self, *args: Any, organisation: Organisation, by: User, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = BY_MEMBER[organisation.kind]
        self.fields["post"].choices = [(post.value, post.label) for post in posts]  # type: ignore[attr-defined]
        member: Any = self.fields["member"]
        member.queryset = find_candidates(organisation, by, day)
        member.label_from_instance = name_masked


class OwnMemberForm(forms.Form):
    """Asks a secretary which member of her branch she is."""

    member = forms.ModelChoiceField(
        label=_("您是哪位党员"),
        queryset=Member.objects.none(),
        empty_label=_("请选择党员"),
        error_messages={"required": _("请选择您是哪位党员。"), "invalid_choice": _("请选择本支部现在的党员。")},
    )

    def __init__(self, *args: Any, organisation: Organisation, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        member: Any = self.fields["member"]
        member.queryset = Member.objects.in_on(organisation, day).for_list()
        member.label_from_instance = name_masked


def name_masked(member: Member) -> str:
    """Name a member as lists do, with what tells namesakes apart: the home."""
    resident = member.resident
    return f"{resident.masked_name} · {resident.household or resident.grid}"


class EndOfficeForm(forms.Form):
    """Asks since when a post is no longer held."""

    until = day_field(_("卸任日期"), _("从这一天起不再担任。"))
