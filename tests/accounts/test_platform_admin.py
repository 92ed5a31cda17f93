"""manage.py create_platform_admin: the first account of a new portal."""

import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEvent, User
from accounts.roles import Role


def create(*arguments):
    """Run the command and return what it printed."""
    out = StringIO()
    call_command("create_platform_admin", *arguments, stdout=out)
    return out.getvalue()


def test_first_account_gets_a_password_for_one_log_in(db):
    printed = create("root", "冯涛")
    user = User.objects.get(username="root")
    assert (user.role, user.area, user.must_change_password) == (Role.PLATFORM_ADMIN, None, True)
    assert user.check_password(re.search(r"：(\S+)$", printed.strip())[1])


def test_creating_it_is_written_down_without_the_password(db):
    printed = create("root", "冯涛")
    event = AuditEvent.objects.get()
    assert event.action == "account.create"
    assert re.search(r"：(\S+)$", printed.strip())[1] not in str(event.detail)


def test_second_one_is_refused_unless_asked_for(platform_admin):
    with pytest.raises(CommandError, match="已有平台管理员"):
        create("root", "冯涛")
    create("root", "冯涛", "--another")
    assert User.objects.filter(role=Role.PLATFORM_ADMIN).count() == 2


def test_closed_one_does_not_count(platform_admin):
    User.objects.filter(pk=platform_admin.pk).update(is_active=False)
    assert "root" in create("root", "冯涛")


def test_name_in_use_is_refused(worker):
    with pytest.raises(CommandError, match="已经有人使用"):
        create("worker", "冯涛")
