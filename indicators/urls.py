"""Addresses of pages about figures: definitions, reports, closings, targets, health."""

from django.urls import path

from indicators.views import closings, definitions, health, report_sheets, reports, targets

app_name = "indicators"

urlpatterns = [
    path("", definitions.list_indicators, name="list"),
    path("reports/", reports.list_reports, name="reports"),
    path("reports/template/", report_sheets.download, name="report-template"),
    path("reports/upload/", report_sheets.upload, name="report-upload"),
    path("reports/confirm/", report_sheets.confirm, name="report-confirm"),
    path("reports/<slug:community>/<slug:term>/", reports.report, name="report"),
    path("closings/", closings.show_own_closings, name="closings-own"),
    path("closings/<str:code>/", closings.list_closings, name="closings"),
    path("closings/<str:code>/<str:period>/", closings.show_closing, name="closing"),
    path("closings/<str:code>/<str:period>/facts/", closings.show_facts, name="closing-facts"),
    path("closings/<str:code>/<str:period>/close/", closings.close, name="close"),
    path("targets/", targets.show_own_targets, name="targets-own"),
    path("targets/<str:code>/<int:year>/", targets.edit_targets, name="targets"),
    path("targets/<str:code>/<int:year>/copy/", targets.copy_last_year, name="targets-copy"),
    path("health/", health.show_health, name="health"),
    path("health/<int:parked>/retry/", health.retry, name="retry"),
    path("<slug:id>/", definitions.show_indicator, name="detail"),
    path("<slug:id>/behind/<str:code>/<str:period>/<str:side>/", definitions.list_behind, name="behind"),
    path("<slug:id>/people/<str:code>/<str:period>/<str:side>/", definitions.list_people, name="people"),
]
