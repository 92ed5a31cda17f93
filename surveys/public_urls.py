"""What residents open to answer: short, so that it fits a small QR code."""

from django.urls import URLPattern

app_name = "answer"

urlpatterns: list[URLPattern] = []
