"""Addresses of surveys, for staff. What residents open: public_urls.py."""

from django.urls import URLPattern

app_name = "surveys"

urlpatterns: list[URLPattern] = []
