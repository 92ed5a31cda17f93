"""Addresses of the dashboards."""

from django.urls import path

from dashboards.views import doors, files, gaps, home, pages, quality, surveys, walls

app_name = "dashboards"

urlpatterns = [
    path("", home.show_own_dashboard, name="own"),
    path("walls/", walls.list_walls, name="walls"),
    path("walls/<int:wall>/revoke/", walls.revoke, name="wall-revoke"),
    path("surveys/<int:wave>/", surveys.show_results, {"page": "results"}, name="survey"),
    path("surveys/<int:wave>/cross/", surveys.show_results, {"page": "cross"}, name="survey-cross"),
    path("surveys/<int:wave>/compare/", surveys.show_results, {"page": "compare"}, name="survey-compare"),
    path("surveys/<int:wave>/texts/", surveys.show_texts, name="survey-texts"),
    path("surveys/<int:wave>/publish/", surveys.publish, name="survey-publish"),
    path("surveys/<int:wave>/withdraw/", surveys.withdraw, name="survey-withdraw"),
    path("surveys/<int:wave>/results.xlsx", surveys.send_workbook, name="survey-workbook"),
    path("surveys/<int:wave>/<slug:page>/<slug:table>.<slug:kind>", surveys.send_table, name="survey-file"),
    path("<slug:code>/", pages.show_page, name="area"),
    path("<slug:code>/doors/", doors.list_doors, name="doors"),
    path("<slug:code>/<slug:page>/", pages.show_page, name="page"),
    path("<slug:code>/quality/<slug:check>/", quality.list_rows, name="quality-rows"),
    path("<slug:code>/quality/<slug:check>/people/", quality.list_people, name="quality-people"),
    path("<slug:code>/gap/<slug:grouping>/<slug:period>/visits/", gaps.make_visits, name="gap-visits"),
    path("<slug:code>/gap/<slug:grouping>/<slug:period>/activity/", gaps.make_gathering, name="gap-activity"),
    path("<slug:code>/<slug:page>/<slug:table>.<slug:kind>", files.send_table, name="file"),
]
