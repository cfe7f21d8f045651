"""A closing that is repeated computes only what changed: each evaluation keeps a digest of what was read for it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("assessments", "0013_no_needless_indexes")]

    operations = [
        migrations.AddField(
            model_name="evaluation",
            name="mark",
            field=models.UUIDField(
                editable=False,
                help_text="digest of everything the inputs were made of; another one means: compute anew",
                null=True,
            ),
        ),
    ]
