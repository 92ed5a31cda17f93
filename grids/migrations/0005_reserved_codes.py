"""Keeps the codes of derived groupings for the portal itself."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('grids', '0004_search_keys'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='populationgroup',
            constraint=models.CheckConstraint(condition=models.Q(('code__in', ['age_0_5', 'age_18_35', 'age_36_59', 'age_60_69', 'age_6_17', 'age_70', 'all', 'any_group', 'employed', 'female', 'male', 'old_young_hardship']), _negated=True), name='grids_populationgroup_code_not_reserved', violation_error_message='这个代码留给门户自己用，请换一个'),
        ),
    ]
