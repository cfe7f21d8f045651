from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("employees", "0003_service_states"),
    ]

    operations = []
