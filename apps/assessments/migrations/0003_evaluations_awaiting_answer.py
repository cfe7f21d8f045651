"""A small index for the tick that accepts what nobody answered in time."""

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_sent_versions_never_change")]

    operations = [
        migrations.AddIndex(
            model_name="evaluation",
            index=models.Index(
                condition=Q(("status", "delivered")),
                fields=["answer_due_on"],
                name="evaluation_awaiting_answer",
            ),
        ),
    ]
