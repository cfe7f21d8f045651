"""A synthetic government of any size, made through bulk paths: for measuring and for trying what many people do.

`manage.py generate_region --employees N --seed S`. Everything comes from the seed: same seed, same data, apart from the
ids the database hands out. One module per part of the data; `build.py` calls them in the order of the year.
What it holds and what it leaves out: docs/operations/performance.md, "The generated region".
"""

from .build import RegionExists, Settings, TooSmall, generate, known_logins
from .digest import content_hash

__all__ = ["RegionExists", "Settings", "TooSmall", "content_hash", "generate", "known_logins"]
