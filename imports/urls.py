"""Addresses of resident imports."""

from django.urls import path

from imports import views

app_name = "imports"

urlpatterns = [
    path("", views.ImportList.as_view(), name="list"),
    path("new/", views.upload, name="upload"),
    path("template/", views.download_template, name="template"),
    path("reviews/", views.list_reviews, name="reviews"),
    path("reviews/<int:review>/", views.decide, name="decide_review"),
    path("<int:pk>/", views.show_import, name="detail"),
    path("<int:pk>/map/", views.map_columns, name="map"),
    path("<int:pk>/confirm/", views.confirm, name="confirm"),
    path("<int:pk>/discard/", views.discard, name="discard"),
    path("<int:pk>/changes/", views.list_changes, name="changes"),
    path("<int:pk>/messages/", views.list_messages, name="messages"),
    path("<int:pk>/missing/", views.list_missing, name="missing"),
    path("<int:pk>/missing/all/", views.decide_all, name="decide_all_missing"),
    path("<int:pk>/refused-rows/", views.download_refused_rows, name="refused_rows"),
    path("<int:pk>/undo/", views.undo, name="undo"),
]
