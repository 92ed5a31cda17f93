"""Addresses of the pages of privacy."""

from django.urls import path

from privacy.views import register, requests

app_name = "privacy"

urlpatterns = [
    path("register/", register.show_register, name="register"),
    path("register/file/", register.download_register, name="register_file"),
    path("requests/", requests.list_requests, name="requests"),
    path("requests/<int:case>/", requests.show_request, name="request"),
    path("requests/<int:case>/copy/", requests.download_copy, name="request_copy"),
    path("requests/<int:case>/finish/", requests.finish, name="request_finish"),
    path("requests/<int:case>/delete/", requests.delete, name="request_delete"),
    path("residents/<int:resident>/", requests.ask, name="subject"),
]
