"""Addresses of the register."""

from django.urls import path

from grids import views

app_name = "grids"

urlpatterns = [
    path("", views.list_residents, name="residents"),
    path("imports/", views.ImportList.as_view(), name="imports"),
    path("imports/new/", views.upload, name="upload"),
    path("imports/template.xlsx", views.download_template, name="template"),
    path("imports/<int:pk>/", views.ImportDetail.as_view(), name="import"),
    path("imports/<int:pk>/confirm/", views.confirm, name="confirm"),
    path("imports/<int:pk>/discard/", views.discard, name="discard"),
]
