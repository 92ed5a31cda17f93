"""Fill the search keys of residents registered before there were any; keep 16 bytes of each keyed hash."""

from django.db import migrations

from accounts.encryption import decrypt, tail_index
from grids.pinyin import initials


def fill_search_keys(apps, schema_editor):
    Resident = apps.get_model("grids", "Resident")
    batch = []
    for person in Resident.objects.filter(initials="").iterator(chunk_size=2000):
        person.initials = initials(person.name)
        if person.id_number:
            person.id_tail = tail_index(decrypt(person.id_number, purpose="id_number"))
        batch.append(person)
        if len(batch) == 2000:
            Resident.objects.bulk_update(batch, ["initials", "id_tail"])
            batch = []
    Resident.objects.bulk_update(batch, ["initials", "id_tail"])


class Migration(migrations.Migration):

    dependencies = [("grids", "0003_register")]

    operations = [
        migrations.RunSQL(
            "update grids_resident set id_hash = substring(id_hash for 16), phone_hash = substring(phone_hash for 16)",
            migrations.RunSQL.noop,
        ),
        migrations.RunPython(fill_search_keys, migrations.RunPython.noop),
    ]
