"""The portal's addresses. Every view declares who may open it (accounts/access.py); tests/access.csv lists all."""

from django.urls import include, path
from django.views.i18n import set_language

from accounts.access import access
from accounts.admin_site import portal_admin
from dashboards.views.home import home
from dashboards.views.published import show_published
from dashboards.views.walls import show_wall
from surveys import public_urls as answer

handler403 = "accounts.views.refusals.permission_denied"
handler500 = "config.retry.server_error"

urlpatterns = [
    path("", home, name="home"),
    path("", include("accounts.urls")),
    path("residents/", include("grids.urls")),
    path("imports/", include("imports.urls")),
    path("activities/", include("activities.urls")),
    path("visits/", include("visits.urls")),
    path("cadence/", include("cadence.urls")),
    path("surveys/", include("surveys.urls")),
    path("party/", include("party.urls")),
    path("p/", include("party.public_urls")),
    path("volunteers/", include("volunteers.urls")),
    path("v/", include("volunteers.public_urls")),
    # Published results are drawn by an app above surveys, at addresses of theirs.
    path(
        "s/",
        include(([*answer.urlpatterns, path("<str:public_id>/results/", show_published, name="results")], "answer")),
    ),
    path("indicators/", include("indicators.urls")),
    path("dashboards/", include("dashboards.urls")),
    path("privacy/", include("privacy.urls")),
    path("operations/", include("operations.urls")),
    path("wall/<str:token>/", show_wall, name="wall"),
    path("admin/", portal_admin.urls),
    path("language/", access(public=True, methods=("POST",))(set_language), name="set_language"),
]
