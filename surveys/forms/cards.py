"""Forms about cards: how many are printed, who is drawn to get one, and what became of them."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from grids.groupings import AGE_BANDS, SEXES
from grids.models import Building, PopulationGroup
from surveys.cards import MOST_CARDS
from surveys.models import DeliveryReport, Sample, WaveLink
from surveys.results.rates import REPORTED
from surveys.strata import Stratum

MOST_DRAWN = 100_000


class CardsForm(forms.Form):
    """Asks how many cards, and of which stratum where cards carry one. The building is printed, and kept nowhere."""

    stratum = forms.ChoiceField(label=_("印哪一叠"), widget=forms.RadioSelect)
    count = forms.IntegerField(
        label=_("印几张"), min_value=1, max_value=MOST_CARDS, help_text=_("一页 8 张，一次最多 400 张。")
    )
    building = forms.ModelChoiceField(
        label=_("印上楼栋（分发时好认，可不选）"),
        queryset=Building.objects.none(),
        required=False,
        empty_label=_("不印"),
    )
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, link: WaveLink, strata: list[Stratum], by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["token"].initial = uuid.uuid4
        if by.may(Permission.DELIVER_CARDS):
            buildings = Building.objects.filter(grid__community=link.community_id).select_related("grid")
            self.fields["building"].queryset = buildings.order_by("grid__code", "name")  # type: ignore[attr-defined]
        else:
            del self.fields["building"]
        if strata:
            self.fields["stratum"].choices = [(one.code, name_pile(one)) for one in strata]  # type: ignore[attr-defined]
        else:
            del self.fields["stratum"]


def name_pile(stratum: Stratum) -> str:
    """Return what a choice of cards says: the stratum's number, and for how many people."""
    words = gettext("第 %(code)s 叠（抽中 %(drawn)s 人）")
    return words % {"code": stratum.code, "drawn": stratum.drawn}


class SampleForm(forms.Form):
    """Asks how people are drawn, and how many."""

    method = forms.ChoiceField(
        label=_("怎么抽"),
        choices=Sample.Method,
        widget=forms.RadioSelect,
        initial=Sample.Method.SIMPLE,
        help_text=_("简单随机：每人机会一样。分层：按各层人数的比例抽，每层里每人机会一样。"),
    )
    groups = forms.MultipleChoiceField(
        label=_("分层时，网格里再分哪些人群"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("一个都不选，就只按网格分层。同属几类的人，归入排在前面的一类。"),
    )
    size = forms.IntegerField(label=_("抽多少人"), min_value=1, max_value=MOST_DRAWN)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = PopulationGroup.objects.values_list("code", "name")
        derived = [(one.code, one.name) for one in (*AGE_BANDS, *SEXES)]
        self.fields["groups"].choices = [*groups, *derived]  # type: ignore[attr-defined]


class DeliveryForm(forms.ModelForm):
    """Asks what became of the cards of a community, as counts."""

    class Meta:
        model = DeliveryReport
        fields = REPORTED
        help_texts = {
            "not_contacted": _("上门几次都没见到人，卡没有交到手上。"),
            "ineligible": _("已经搬走、去世，或者卡印坏了、多印了没有发。这些不算在应答的人数里。"),
        }
