"""The root of the API: addresses of all apps, schema and documentation page."""
