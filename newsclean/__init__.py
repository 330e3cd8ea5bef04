"""newsclean: the story alone, and a record of every edit."""
