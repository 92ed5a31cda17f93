"""Addresses of cadence."""

from django.urls import path

from cadence.views import rules, slots

app_name = "cadence"

urlpatterns = [
    path("", slots.show_slots, name="slots"),
    path("rules/", rules.list_rules, name="rules"),
    path("rules/new/", rules.add_rule, name="rule-add"),
    path("rules/<int:rule>/", rules.edit_rule, name="rule-edit"),
    path("<int:rule>/<int:community>/<str:start>/", slots.note_slot, name="note"),
    path("<int:rule>/<int:community>/<str:start>/remove/", slots.remove_slot_note, name="note-remove"),
]
