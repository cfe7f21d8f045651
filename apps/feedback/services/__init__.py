"""Changes to what the public says. One function per verb; views, API, commands and tasks call these."""
