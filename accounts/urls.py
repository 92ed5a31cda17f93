"""Addresses of log-in, accounts and audit log."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("login/", views.Login.as_view(), name="login"),
    path("logout/", views.Logout.as_view(), name="logout"),
    path("accounts/", views.AccountList.as_view(), name="list"),
    path("accounts/new/", views.edit_account, name="create"),
    path("accounts/<int:pk>/", views.edit_account, name="edit"),
    path("mail/", views.set_mail, name="mail"),
    path("audit/", views.AuditList.as_view(), name="audit"),
]
