"""Workers read, compare and write lists under their role, which owns nothing and passes no guard by right."""

from grids.models import Resident
from privacy.row_security import WORKER
from tests.database_roles import as_role
from tests.register import make_row


def test_list_is_read_compared_and_written_under_the_workers_role(load):
    with as_role(WORKER):
        load([make_row()])
    assert Resident.objects.count() == 1
