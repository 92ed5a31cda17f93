"""Two who rearrange the tree, or appoint a secretary, at the same moment: one wins, the other is told."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from party.models import Office, Organisation
from party.offices import appoint_account
from party.organisations import change_organisation

pytestmark = pytest.mark.django_db(transaction=True)
FOUNDED = date(2020, 1, 1)


def together(deed: Callable[[Any], Any], chances: Sequence[Any]) -> list[str]:
    """Do a deed once for each of the chances, all at once; return what those who were refused were told."""
    gate = Barrier(len(chances))

    def do(chance: Any) -> str:
        gate.wait(timeout=10)
        try:
            deed(chance)
        except ValidationError as error:
            return error.messages[0]
        finally:
            connection.close()
        return ""

    with ThreadPoolExecutor(len(chances)) as pool:
        return [told for told in pool.map(do, chances) if told]


def test_two_committees_are_not_put_below_each_other(community, street_officer):
    about = {"kind": "committee", "community": community, "founded_on": FOUNDED}
    one, other = (Organisation.objects.create(name=name, **about) for name in ("甲党委", "乙党委"))

    def put(pair):
        change_organisation(pair[0], name=pair[0].name, parent=pair[1], founded_on=FOUNDED, by=street_officer)

    told = together(put, [(one, other), (other, one)])
    assert len(told) == 1
    assert "不能是它自己" in told[0]
    assert Organisation.objects.filter(parent=None).count() == 1


def test_one_of_two_becomes_secretary(branch, worker, branch_secretary, street_officer):
    def appoint(user):
        since = timezone.localdate()
        appoint_account(organisation=branch, post="secretary", user=user, since=since, by=street_officer)

    told = together(appoint, [worker, branch_secretary])
    assert len(told) == 1
    assert "已有书记" in told[0]
    assert Office.objects.count() == 1
