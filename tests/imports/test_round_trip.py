"""A full export can be imported again, and then says that nothing has changed."""

import pytest
from django.http import QueryDict

from accounts.encryption import decrypt
from grids.cleaning import sex_of
from grids.exports import make_export, open_file, request_export
from grids.forms.residents import ResidentFilter
from grids.models import Building, Household, Resident, ResidentExport


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_full_export_comes_back_unchanged(kind, register, grids, admin, rehearse, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    for sequence in range(1, 4):
        building = Building.objects.create(grid=grids[0], name=f"{sequence}号楼")
        door = Household.objects.create(building=building, unit="2单元", room=f"0{sequence}01")
        person = register.resident(grids[0], name="欧阳秀英", groups=["youth", "retired"])
        told = {"sex": sex_of(decrypt(person.id_number, purpose="id_number")), "education": "20", "ethnic_group": "01"}
        Resident.objects.filter(pk=person.pk).update(household=door, **told)
    query = ResidentFilter(QueryDict(), by=admin)
    query.full_clean()
    export = request_export(ResidentExport(purpose="check", format=kind, is_masked=False), query=query, by=admin)
    make_export(export.pk)
    export.refresh_from_db()
    counts = rehearse(open_file(export)).counts
    assert (counts["unchanged"], counts["skip"]) == (3, 1)
    assert (counts["create"], counts["update"], counts["refuse"], counts["review"]) == (0, 0, 0, 0)
