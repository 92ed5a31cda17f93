"""Addresses of the dashboards."""

from django.urls import path

from dashboards import views

app_name = "dashboards"

urlpatterns = [
    path("", views.show_own_dashboard, name="own"),
    path("<slug:code>/", views.show_dashboard, name="area"),
]
