"""Dated spells: one grid a day, and who is in on a day."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from grids.models import Residence
from grids.population import population_on

START, MIDDLE, END = date(2026, 1, 1), date(2026, 6, 1), date(2026, 12, 1)


def test_spell_covers_its_first_day_but_not_its_last(register, grids):
    resident = register.resident(grids[0], since=START, until=END)
    assert list(population_on(START, grids[0])) == [resident]
    assert not population_on(END, grids[0]).exists()


@pytest.mark.parametrize(("since", "until"), [(START, MIDDLE), (MIDDLE, None), (date(2025, 1, 1), MIDDLE)])
def test_overlapping_spells_are_refused(register, grids, since, until):
    resident = register.resident(grids[0], since=START, until=END)
    with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
        Residence.objects.create(resident=resident, grid=grids[1], since=since, until=until)


def test_spell_may_begin_where_another_ends(register, grids):
    resident = register.resident(grids[0], since=START, until=MIDDLE)
    Residence.objects.create(resident=resident, grid=grids[1], since=MIDDLE)
    assert list(population_on(MIDDLE, grids[1])) == [resident]


def test_age_band_is_that_of_the_day(register, grids):
    register.resident(grids[0], born=date(1990, 6, 1))
    assert population_on(date(2026, 5, 31), grids[0], "age_18_35").count() == 1
    assert population_on(date(2026, 6, 1), grids[0], "age_18_35").count() == 0
    assert population_on(date(2026, 6, 1), grids[0], "age_36_59").count() == 1


def test_population_of_each_level_is_the_same_people(register, grids, community, street, district):
    register.resident(grids[0], groups=["retired"])
    register.resident(grids[1])
    for area in (community, street, district):
        assert population_on(MIDDLE, area).count() == 2
        assert population_on(MIDDLE, area, "retired").count() == 1
        assert population_on(MIDDLE, area, "no such group").count() == 0
