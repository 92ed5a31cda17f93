"""Addresses of the indicator definitions."""

from django.urls import path

from indicators import views

app_name = "indicators"

urlpatterns = [
    path("", views.list_indicators, name="list"),
    path("<slug:id>/", views.show_indicator, name="detail"),
]
