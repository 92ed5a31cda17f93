"""What residents open to answer: short, so that it fits a small QR code."""

from django.urls import path

from surveys.views import answering

app_name = "answer"

urlpatterns = [
    path("kiosk/<str:token>/", answering.show_kiosk, name="kiosk"),
    path("<str:public_id>/", answering.show_form, name="form"),
    path("<str:public_id>/thanks/", answering.thank, name="thanks"),
]
