"""The page from which the street takes the answers of a wave as a file."""

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from communities.downloads import stream_file
from surveys.files.exporting import export_answers, find_obstacle, name_file
from surveys.forms.files import AnswerFileForm
from surveys.models import Wave
from surveys.views.waves import make_trail_below


@access(Permission.EXPORT_ANSWERS, methods=("GET", "POST"), personal=True, fresh=True)
def export(request: StaffRequest, wave: int) -> HttpResponseBase:
    """Ask what the rows are for, and send them as a file."""
    own = get_object_or_404(Wave.objects.owned_by(request.user).with_survey(), pk=wave)
    form = AnswerFileForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            file = export_answers(own, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return stream_file(file, name_file(own, form.cleaned_data["kind"]))
    return show(request, own, form)


def show(request: StaffRequest, wave: Wave, form: AnswerFileForm) -> HttpResponse:
    """Show the form, or why there is no file."""
    context = {
        "wave": wave,
        "trail": make_trail_below(wave),
        "form": form,
        "obstacle": find_obstacle(wave),
    }
    return render(request, "surveys/export.html", context)
