"""manage.py demo_logins: the accounts that `make run` prints."""

from typing import Any

from django.core.management.base import BaseCommand

from accounts.views.sign_in import list_demo_logins


class Command(BaseCommand):
    help = "列出演示账号和它们公开的密码。"

    def handle(self, *args: Any, **options: Any) -> None:
        for login in list_demo_logins():
            self.stdout.write(f"  {login['username']:<16} {login['password']}   {login['label']}")
