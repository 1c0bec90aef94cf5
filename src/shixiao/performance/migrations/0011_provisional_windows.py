from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0010_answers_to_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name="binding",
            name="is_provisional",
            field=models.BooleanField(default=False, verbose_name="暂定"),
        ),
    ]
