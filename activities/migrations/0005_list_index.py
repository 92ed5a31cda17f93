"""Lists of all communities of a street, newest first, without sorting them."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('activities', '0004_catalogue'),
        ('communities', '0002_venues'),
        ('grids', '0004_search_keys'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name='activity',
            index=models.Index(fields=['-starts_at', '-id'], name='activities_of_many'),
        ),
    ]
