"""Addresses of the dashboards."""

from django.urls import path

from dashboards.views import home, pages

app_name = "dashboards"

urlpatterns = [
    path("", home.show_own_dashboard, name="own"),
    path("<slug:code>/", pages.show_page, name="area"),
    path("<slug:code>/<slug:page>/", pages.show_page, name="page"),
]
