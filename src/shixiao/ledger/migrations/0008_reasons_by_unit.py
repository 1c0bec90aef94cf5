from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0007_reason_cells"),
    ]

    operations = [
        migrations.RemoveIndex(model_name="fact", name="ledger_fact_not_counted"),
        migrations.AddIndex(
            model_name="fact",
            index=models.Index(
                condition=models.Q(("outcome", 4), ("superseded_at", None)),
                fields=["gauge", "day", "reason", "unit", "project", "outcome", "superseded_at"],
                name="ledger_fact_not_counted",
            ),
        ),
    ]
