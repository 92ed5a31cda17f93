"""Keys that are checked once a statement: no child without its parent, whoever writes, also at the same moment."""

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction

from grids.models import Grid, Residence, Resident

NOBODY = 999_999_999


def execute(sql: str, *values) -> None:
    """Run one statement, as psql or a COPY would: without Django's own checks."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("column", ["community_id", "grid_id", "household_id"])
def test_resident_of_a_missing_parent_is_refused(resident, column):
    with pytest.raises(DatabaseError, match=f"{column} names a missing row"), transaction.atomic():
        execute(f"update grids_resident set {column} = %s where id = %s", NOBODY, resident.pk)


def test_one_bad_row_refuses_the_whole_statement(resident, grids):
    rows = [(resident.pk, grids[0].pk, "2001-01-01", "2001-02-01"), (NOBODY, grids[0].pk, "2001-01-01", "2001-02-01")]
    insert = "insert into grids_residence (resident_id, grid_id, since, until) values "
    with pytest.raises(DatabaseError, match="resident_id names a missing row"), transaction.atomic():
        execute(insert + ", ".join(["(%s, %s, %s, %s)"] * 2), *rows[0], *rows[1])
    assert Residence.objects.count() == 1


def test_parent_that_is_named_is_not_deleted(resident):
    with pytest.raises(DatabaseError, match="still names the deleted row"), transaction.atomic():
        execute("delete from grids_resident where id = %s", resident.pk)
    assert Resident.objects.filter(pk=resident.pk).exists()


def test_household_without_residents_may_go(resident, grids):
    execute("insert into grids_building (grid_id, name) values (%s, '9号楼')", grids[0].pk)
    execute("insert into grids_household (building_id, unit, room) select id, '', '101' from grids_building")
    execute("delete from grids_household")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("has_trigger", "is_kept"), [(True, True), (False, False)])
def test_parent_is_locked_while_a_child_arrives(register, grids, has_trigger, is_kept):
    """Without the trigger (the control) the grid goes while somebody moves in; with it the deletion has to wait."""
    person = register.resident(grids[0])
    grid = Grid.objects.get(pk=grids[1].pk)
    if not has_trigger:
        execute("alter table grids_residence disable trigger user")
    other = connection.copy()
    try:
        with transaction.atomic():
            execute("update grids_residence set grid_id = %s where resident_id = %s", grid.pk, person.pk)
            assert delete_elsewhere(other, grid.pk) is not is_kept
            transaction.set_rollback(True)
    finally:
        other.close()
        execute("alter table grids_residence enable trigger user")


def delete_elsewhere(other, grid: int) -> bool:
    """Try to delete a grid in another session; tell whether it went at once."""
    with other.cursor() as cursor:
        cursor.execute("set lock_timeout = '300ms'")
        try:
            cursor.execute("delete from grids_grid where id = %s", [grid])
        except OperationalError:  # waited for the lock in vain
            return False
    return True
