"""Addresses of the pages of operations."""

from django.urls import path

from operations import views

app_name = "operations"

urlpatterns = [
    path("tasks/", views.list_tasks, name="tasks"),
    path("tasks/<int:run>/retry/", views.retry, name="task-retry"),
    path("tasks/<int:run>/drop/", views.drop, name="task-drop"),
]
