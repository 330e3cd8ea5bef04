"""newsclean: the story alone, and a record of every edit.

>>> from newsclean import clean
>>> clean("The mayor left.\\n\\nSign up for our daily newsletter").text
'The mayor left.\\n'
"""

from newsclean.article import Article
from newsclean.cleaner import Cleaner, clean
from newsclean.edit import Edit, apply
from newsclean.gazetteer import Name
from newsclean.result import Mention, Result
from newsclean.rule import Rule, RuleError

__version__ = "0.1.0"

__all__ = [
    "Article", "Cleaner", "Edit", "Mention", "Name", "Result", "Rule", "RuleError", "__version__", "apply", "clean",
]  # fmt: skip
