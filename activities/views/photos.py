"""Photos: uploading while the form is open, showing, deleting. Every download asks again who may see it."""

from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import StaffRequest, access
from accounts.roles import Permission
from activities import photos
from activities.models import ActivityPhoto
from communities.downloads import send_file


class PhotoForm(forms.Form):
    """A photo as the browser sends it."""

    form_token = forms.UUIDField()
    client_id = forms.UUIDField()
    consent = forms.ChoiceField(choices=ActivityPhoto.Consent.choices)
    photo = forms.FileField()


@access(Permission.LOG_ACTIVITIES, methods=("POST",), personal=True)
def add_photo(request: StaffRequest) -> HttpResponse:
    """Keep a photo of a form that is still open; answer with its thumbnail, or with why it was refused."""
    form = PhotoForm(request.POST, request.FILES)
    refusal = ""
    photo = None
    if form.is_valid():
        data = form.cleaned_data
        file = data.pop("photo")
        try:
            photo = photos.add_photo(file, **data, by=request.user)
        except ValidationError as error:
            refusal = " ".join(error.messages)
    else:
        refusal = _("照片没有传完整，请重新选一次。")
    return render(request, "activities/_photo.html", {"photo": photo, "refusal": refusal})


@access(Permission.LOG_ACTIVITIES, personal=True)
def list_photos(request: StaffRequest, form_token: UUID) -> HttpResponse:
    """Answer with the photos that were uploaded from a form, for when the form is opened again."""
    rows = ActivityPhoto.objects.visible_to(request.user).of_form(form_token)
    return render(request, "activities/_photo_rows.html", {"photos": rows})


@access(Permission.VIEW_PHOTOS, personal=True)
def show_photo(request: StaffRequest, photo: int, *, small: bool = False) -> HttpResponse:
    """Answer with the picture itself, or its thumbnail."""
    row = get_object_or_404(ActivityPhoto.objects.visible_to(request.user), pk=photo)
    try:
        with (row.thumbnail if small else row.image).open("rb") as file:
            content = file.read()
    except FileNotFoundError as error:
        raise Http404 from error
    return send_file(content, f"photo-{row.pk}.jpg", is_shown=True)


@access(Permission.LOG_ACTIVITIES, methods=("POST",))
def delete_photo(request: StaffRequest, photo: int) -> HttpResponse:
    """Delete a photo; a form that is open only loses its row."""
    rows = ActivityPhoto.objects.visible_to(request.user).select_related("activity__community")
    row = get_object_or_404(rows, pk=photo)
    activity = row.activity_id
    photos.delete_photo(row, by=request.user)
    if request.htmx or activity is None:
        return HttpResponse()
    return redirect("activities:detail", activity)
