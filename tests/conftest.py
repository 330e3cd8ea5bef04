"""Property tests draw the same examples on every run: a red run must mean a change, not luck."""

from hypothesis import settings

settings.register_profile("steady", derandomize=True, deadline=None)
settings.load_profile("steady")
