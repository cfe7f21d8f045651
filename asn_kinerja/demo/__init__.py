"""The demo: five governments of the sources, each with its own story, made through the services with a fixed seed.

people.py   invented staff, as an import file
story.py    what each government shows
build.py    runs the year of each government through the services
"""
