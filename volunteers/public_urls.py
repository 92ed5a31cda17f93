"""Addresses of volunteering that residents open: applying, shifts, checking a certificate."""

from django.urls import path

from volunteers.views import apply, checking, public_shifts

app_name = "volunteer"

urlpatterns = [
    path("apply/<str:token>/", apply.show_form, name="apply"),
    path("apply/<str:token>/thanks/", apply.show_thanks, name="applied"),
    path("check/", checking.ask_code, name="check"),
    path("check/<str:code>/", checking.show_proof, name="certificate"),
    path("shift/<slug:public_id>/", public_shifts.show_shift, name="shift"),
    path("shift/<slug:public_id>/sign-up/", public_shifts.sign_up_here, name="shift-sign-up"),
    path("shift/<slug:public_id>/signed-up/<slug:ticket>/", public_shifts.show_ticket, name="shift-ticket"),
]
