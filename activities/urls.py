"""Addresses of activities."""

from django.urls import path

from activities import views

app_name = "activities"

urlpatterns = [
    path("", views.ActivityList.as_view(), name="list"),
    path("new/", views.edit_activity, name="log"),
    path("picker/", views.pick_residents, name="picker"),
    path("<int:pk>/", views.ActivityDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", views.edit_activity, name="edit"),
    path("<int:pk>/cancel/", views.cancel, name="cancel"),
]
