"""What the public may read of party organisations: pledges that members agreed to publish."""

from django.urls import path

from party.views import pledges

app_name = "pledge"

urlpatterns = [
    path("<str:token>/", pledges.show_public, name="list"),
]
