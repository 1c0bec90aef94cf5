from django.db import migrations, models

from shixiao.engine import targets


def _understand(apps, schema_editor):
    """What is understood of the rows that are there already: what their newest corrections say, or else what the
    program read."""
    indicators = apps.get_model("performance", "Indicator").objects
    made = apps.get_model("performance", "Correction").objects.order_by("id")
    newest = {(each.indicator_id, each.which): each.reading for each in made.iterator()}
    understandings = []
    for row in indicators.iterator():
        annual = newest.get((row.pk, "annual"), row.annual_reading)
        cycle = newest.get((row.pk, "cycle"), row.cycle_reading)
        understandings.append(
            apps.get_model("performance", "Understanding")(
                indicator_id=row.pk,
                version_id=row.version_id,
                **_in_both_languages("annual", annual),
                **_in_both_languages("cycle", cycle),
                is_doubtful=row.is_doubtful,
                is_corrected=(annual, cycle) != (row.annual_reading, row.cycle_reading),
            )
        )
    apps.get_model("performance", "Understanding").objects.bulk_create(understandings, batch_size=500)


def _in_both_languages(which, reading):
    said = targets.explain(targets.from_json(reading))
    return {f"{which}_zh": said.zh, f"{which}_en": said.en}


class Migration(migrations.Migration):
    dependencies = [("performance", "0001_plans")]

    operations = [
        migrations.CreateModel(
            name="Understanding",
            fields=[
                (
                    "indicator",
                    models.OneToOneField(
                        on_delete=models.deletion.CASCADE,
                        primary_key=True,
                        related_name="understanding",
                        serialize=False,
                        to="performance.indicator",
                    ),
                ),
                ("annual_zh", models.TextField()),
                ("annual_en", models.TextField()),
                ("cycle_zh", models.TextField()),
                ("cycle_en", models.TextField()),
                ("is_doubtful", models.BooleanField(verbose_name="待核对")),
                ("is_corrected", models.BooleanField(verbose_name="人工更正")),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=models.deletion.CASCADE,
                        related_name="understandings",
                        to="performance.planversion",
                    ),
                ),
            ],
            options={"verbose_name": "现行读法", "verbose_name_plural": "现行读法"},
        ),
        migrations.RunPython(_understand, migrations.RunPython.noop),
    ]
