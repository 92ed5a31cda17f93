"""Cards with one-time codes: printed once. The draw of who gets one: samples.py."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from surveys.cards import PrintedBeforeError, check_issue, draw_cards, issue_codes
from surveys.forms.cards import CardsForm
from surveys.frames import frame_of_community
from surveys.models import Sample, WaveLink
from surveys.results.rates import count_issued
from surveys.strata import Stratum
from surveys.views.waves import build_address, describe_below, find_link


# Not kept by the browser: going back must not show the codes once more.
@access(Permission.COLLECT_ANSWERS, methods=("GET", "POST"), personal=True)
def print_cards(request: StaffRequest, link: int) -> HttpResponse:
    """Ask how many cards, and answer with the sheet to print: the only time that these codes are shown."""
    found = find_link(request, link)
    context = describe_cards(found)
    if context["refusal"]:
        return render(request, "surveys/cards.html", context)
    strata: list[Stratum] = context["strata"]
    form = CardsForm(request.POST if request.method == "POST" else None, link=found, strata=strata, by=request.user)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            codes = issue_codes(
                found,
                count=data["count"],
                stratum=data.get("stratum", ""),
                token=data["token"],
                by=request.user,
            )
        except PrintedBeforeError:
            context["printed_before"] = True
            form = CardsForm(link=found, strata=strata, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            address, _qr = build_address(request, found)
            sheet = {"cards": draw_cards(codes, address), "building": data.get("building"), "address": address}
            return render(request, "surveys/card_sheet.html", context | sheet | {"stratum": data.get("stratum", "")})
    return render(request, "surveys/cards.html", context | {"form": form})


def describe_cards(link: WaveLink) -> dict[str, Any]:
    """Return what the page says beside its form."""
    wave = link.wave
    sample = Sample.objects.filter(wave=wave).first()
    frame = frame_of_community(sample, link.community) if sample else []
    refusal = ""
    try:
        check_issue(link)
    except ValidationError as error:
        refusal = error.messages[0]
    return describe_below(wave) | {
        "link": link,
        "refusal": refusal,
        "issued": count_issued(wave, link.community),
        "drawn": sum(stratum.drawn for stratum in frame),
        "has_sample": sample is not None,
        "strata": [one for one in frame if one.code and one.drawn] if wave.keeps_strata else [],
        "issues": link.issues.all()[:20],
    }
