"""Addresses of visits."""

from django.urls import path

from visits.views import log, needs, plans, rounds

app_name = "visits"

urlpatterns = [
    path("", rounds.list_due_doors, name="list"),
    path("doors/", rounds.find_door, name="doors"),
    path("doors/<int:household>/", log.show_household, name="household"),
    path("doors/<int:household>/new/", log.log, name="log"),
    path("<int:visit>/withdraw/", log.withdraw, name="withdraw"),
    path("<int:visit>/follow-up/", log.follow_up, name="follow-up"),
    path("plans/", plans.list_plans, name="plans"),
    path("plans/new/", plans.add, name="plan-add"),
    path("plans/preview/", plans.preview, name="plan-preview"),
    path("plans/<int:plan>/edit/", plans.edit, name="plan-edit"),
    path("plans/<int:plan>/close/", plans.close, name="plan-close"),
    path("needs/", needs.list_needs, name="needs"),
    path("needs/<int:need>/close/", needs.close, name="need-close"),
]
