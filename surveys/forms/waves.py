"""The form of a wave: what can be chosen, and what is left to choose once it has begun."""

import uuid
from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from communities.models import Community
from grids.forms.days import DayInput
from surveys.asked import list_groupings
from surveys.models import Wave
from surveys.waves import check_wave, communities_of, fixed_communities, list_fixed_fields

MOST_K = 100
USUAL_DAYS = 14  # long enough for a round of doors, short enough to be remembered
WHAT_IS_KEPT = {
    Wave.Mode.ANONYMOUS: _("匿名：只存回答、社区和日期，谁也查不到是谁答的。"),
    Wave.Mode.CONFIDENTIAL: _("保密：还存抽样层（许多人共用一个），用来核对各类人答得够不够；不存是谁。"),
    Wave.Mode.NAMED: _("实名：存称呼和电话，好给居民回话，到期删除；只能问需求和事实，不能问看法。"),
}


class CommunityBoxes(forms.CheckboxSelectMultiple):
    """Communities; those that stay are ticked and cannot be changed."""

    fixed: frozenset[int] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if int(str(value)) in self.fixed:
            option["attrs"]["disabled"] = True
        return option


class WaveForm(forms.ModelForm):
    """Sets a wave up, or changes one that is not over."""

    communities = forms.ModelMultipleChoiceField(
        label=_("在哪些社区调查"), queryset=Community.objects.none(), widget=CommunityBoxes, required=False
    )
    grouping = forms.ChoiceField(
        label=_("调查对象"), help_text=_("抽样和回收率按这类居民算；公开链接不核对身份，请在海报上写明问谁。")
    )
    mode = forms.ChoiceField(label=_("署名方式"), widget=forms.RadioSelect, choices=list(WHAT_IS_KEPT.items()))
    token = forms.UUIDField(widget=forms.HiddenInput)

    class Meta:
        model = Wave
        fields = ["name", "opens_on", "closes_on", "mode", "needs_code", "release", "k", "grouping"]
        widgets = {
            "opens_on": DayInput,
            "closes_on": DayInput,
            "release": forms.RadioSelect,
            "k": forms.NumberInput(attrs={"max": MOST_K}),
            "name": forms.TextInput(attrs={"placeholder": _("例如：2026年春季")}),
        }
        help_texts = {
            "opens_on": _("从这一天起，署名方式、公布方式和答题码就不能再改。"),
            "closes_on": _("到这一天晚上为止。结束以前可以推迟或提前。"),
            "needs_code": _("每张卡一个码，只能答一次。不选就是有链接的人都能答。"),
            "k": _("不满这么多份的结果不显示，最少 5 份。"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fixed_fields = list_fixed_fields(self.instance) if self.instance.pk else ()
        if not self.instance.pk:
            today = timezone.localdate()
            self.initial["opens_on"] = today + timedelta(days=1)
            self.initial["closes_on"] = today + timedelta(days=USUAL_DAYS)
        self.fields["token"].initial = self.instance.client_token if self.instance.pk else uuid.uuid4
        self.fields["grouping"].choices = list_groupings()  # type: ignore[attr-defined]
        self.offer_communities()
        for name in self.fixed_fields:
            del self.fields[name]

    def offer_communities(self) -> None:
        """Let the street choose where to ask; a community asks its own residents."""
        survey = self.instance.version.survey
        self.fixed = frozenset(fixed_communities(self.instance)) if self.instance.pk else frozenset()
        if survey.community_id:
            del self.fields["communities"]
            return
        field = self.fields["communities"]
        field.queryset = communities_of(survey)  # type: ignore[attr-defined]
        field.widget.fixed = self.fixed
        links = self.instance.links.values_list("community", flat=True) if self.instance.pk else field.queryset  # type: ignore[attr-defined]
        self.initial["communities"] = list(links)

    def clean_communities(self) -> list[Community]:
        """Put back those that stay: their boxes are not sent."""
        chosen = set(self.cleaned_data["communities"]) | set(Community.objects.filter(pk__in=self.fixed))
        if not chosen:
            raise ValidationError(_("请至少选一个社区。"))
        return sorted(chosen, key=lambda community: community.code)

    def clean_k(self) -> int:
        """Refuse a number that no community reaches: a typing error."""
        if self.cleaned_data["k"] > MOST_K:
            raise ValidationError(_("最多 %(most)s 份，再多就看不到结果了。") % {"most": MOST_K})
        return self.cleaned_data["k"]

    @property
    def chosen(self) -> list[Community]:
        """Where the wave asks."""
        return self.cleaned_data.get("communities") or list(communities_of(self.instance.version.survey))

    def _post_clean(self) -> None:
        self._validate_constraints = False  # check_wave() says the same at the fields
        super()._post_clean()  # type: ignore[misc]
        if not self.errors:
            try:
                check_wave(self.instance)
            except ValidationError as error:
                self.add_error(None, error)
