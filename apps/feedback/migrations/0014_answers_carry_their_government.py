"""Responses and what hangs on them carry their government in column and keys (docs/decisions/0015)."""

from django.db import migrations

from apps.core.government_keys import CarryGovernment


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("feedback", "0013_no_needless_indexes")]

    operations = [
        CarryGovernment(
            columns={
                "feedback_answer": "response_id",
                "feedback_arrivalmark": "response_id",
                "feedback_publicremark": "response_id",
            },
            keys=["feedback_response", "feedback_answer", "feedback_arrivalmark", "feedback_publicremark"],
        )
    ]
