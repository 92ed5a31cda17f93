"""Addresses of activities."""

from django.urls import path

from activities.views import life, lists, log, people

app_name = "activities"

urlpatterns = [
    path("", lists.ActivityList.as_view(), name="list"),
    path("new/", log.edit_activity, name="log"),
    path("picker/", people.pick_residents, name="picker"),
    path("<int:pk>/", lists.ActivityDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", log.edit_activity, name="edit"),
    path("<int:pk>/cancel/", life.cancel, name="cancel"),
]
