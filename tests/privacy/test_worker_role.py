"""What workers do, they can do under their role: compute figures of all areas."""

from grids.models import Resident
from indicators.engine.repairs import settle
from indicators.models import DirtyMark, Freshness
from privacy.row_security import WORKER
from tests.database_roles import as_role


def test_worker_computes_what_waits(resident: Resident) -> None:
    assert DirtyMark.objects.exists()
    with as_role(WORKER):
        settle("")
    assert not DirtyMark.objects.exists()
    assert Freshness.objects.filter(community=resident.community_id).exists()
