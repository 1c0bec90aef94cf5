from django.db import migrations

from shixiao.casework.search import schema


class Migration(migrations.Migration):
    dependencies = [("casework", "0001_counter")]

    operations = [schema.index_operation()]
