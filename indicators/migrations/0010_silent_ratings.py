"""Ratings mark figures only when they may be shown."""

import pgtrigger.migrations
from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0009_deleted_grids'),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='markedfeedback',
            name='mark_insert',
        ),
    ]
