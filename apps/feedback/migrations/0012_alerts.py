from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0011_improvement")]

    operations = []
