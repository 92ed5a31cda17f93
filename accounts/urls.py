"""Addresses of log-in, accounts and what they lend, areas, the access table, and the audit log."""

from django.urls import path

from accounts.views import (
    access_table,
    accounts,
    areas,
    audit,
    grants,
    passwords,
    second_factor,
    sessions,
    sign_in,
    sign_in_rules,
)

app_name = "accounts"

urlpatterns = [
    path("login/", sign_in.Login.as_view(), name="login"),
    path("login/code/", sign_in.ask_for_code, name="login-code"),
    path("login/again/", sign_in.sign_in_again, name="again"),
    path("login/state/", sign_in.show_state, name="state"),
    path("login/rules/", sign_in_rules.set_rules, name="sign-in-rules"),
    path("logout/", sign_in.Logout.as_view(), name="logout"),
    path("confirm/", sign_in.confirm, name="confirm"),
    path("password/", passwords.set_password, name="password"),
    path("second-factor/", second_factor.show_factor, name="second-factor"),
    path("second-factor/on/", second_factor.switch_on, name="second-factor-on"),
    path("second-factor/off/", second_factor.switch_off, name="second-factor-off"),
    path("second-factor/codes/", second_factor.renew_codes, name="second-factor-codes"),
    path("sessions/", sessions.show_sessions, name="sessions"),
    path("sessions/end/", sessions.end_one, name="session-end"),
    path("sessions/end-all/", sessions.end_all, name="sessions-end"),
    path("accounts/", accounts.AccountList.as_view(), name="list"),
    path("accounts/new/", accounts.edit_account, name="create"),
    path("accounts/<int:pk>/", accounts.edit_account, name="edit"),
    path("accounts/<int:pk>/sign-out/", sessions.end_of_account, name="sign-out"),
    path("accounts/<int:pk>/reset-factor/", sessions.reset_factor, name="reset-factor"),
    path("accounts/access/", access_table.show_access, name="access"),
    path("accounts/areas/", areas.list_areas, name="areas"),
    path("accounts/areas/new/", areas.add_area, name="district-add"),
    path("accounts/areas/<str:code>/", areas.rename_area, name="area-rename"),
    path("accounts/areas/<str:code>/new/", areas.add_area, name="area-add"),
    path("grants/", grants.list_grants, name="grants"),
    path("grants/lend/", grants.lend, name="grant-lend"),
    path("grants/give/", grants.give, name="grant-give"),
    path("grants/leave/", grants.leave, name="grant-leave"),
    path("grants/<int:grant>/use/", grants.use, name="grant-use"),
    path("grants/<int:grant>/withdraw/", grants.withdraw, name="grant-withdraw"),
    path("mail/", accounts.set_mail, name="mail"),
    path("audit/", audit.search_audit, name="audit"),
    path("audit/chain/", audit.show_chain, name="audit-chain"),
    path("audit/unusual/", audit.show_unusual, name="audit-unusual"),
    path("audit/<int:event>/", audit.show_event, name="audit-event"),
]
