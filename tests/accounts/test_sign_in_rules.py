"""The page on which roles are ticked that need a second factor."""

from accounts.models import AuditEvent, RoleRule
from accounts.roles import Role
from tests.accounts.sign_in_help import set_up_factor


def test_ticked_roles_need_a_factor_and_others_do_not(client, platform_admin):
    RoleRule.objects.create(role=Role.WORKER, needs_second_factor=True)
    client.force_login(platform_admin)
    client.post("/login/rules/", {"roles": [Role.AUDITOR, Role.SECURITY_ADMIN]})
    needed = set(RoleRule.objects.filter(needs_second_factor=True).values_list("role", flat=True))
    assert needed == {Role.AUDITOR, Role.SECURITY_ADMIN}


def test_each_change_is_in_the_audit_log(client, platform_admin):
    client.force_login(platform_admin)
    for _time in range(2):
        client.post("/login/rules/", {"roles": [Role.AUDITOR]})
    event = AuditEvent.objects.get(action="sign_in_rule.set")
    assert event.detail == {"role": "auditor", "needed": True}


def test_unknown_role_is_refused(client, platform_admin):
    client.force_login(platform_admin)
    assert client.post("/login/rules/", {"roles": ["nobody"]}).context["form"].errors
    assert not RoleRule.objects.exists()


def test_page_counts_accounts_with_a_factor(client, platform_admin, worker, outsider):
    set_up_factor(worker)
    client.force_login(platform_admin)
    rows = {row["role"]: (row["accounts"], row["set_up"]) for row in client.get("/login/rules/").context["rows"]}
    assert rows[Role.WORKER] == (2, 1)
    assert rows[Role.AUDITOR] == (0, 0)


def test_page_needs_few_queries(client, platform_admin, worker, django_assert_max_num_queries):
    client.force_login(platform_admin)
    with django_assert_max_num_queries(6):
        client.get("/login/rules/")
