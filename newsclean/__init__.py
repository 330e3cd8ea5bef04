"""newsclean: the story alone, and a record of every edit.

>>> from newsclean import clean
>>> clean("The mayor left.\\n\\nSign up for our daily newsletter").text
'The mayor left.\\n'
"""

from typing import TYPE_CHECKING, Any

from newsclean.article import Article
from newsclean.cleaner import Cleaner, clean
from newsclean.edit import Edit, apply
from newsclean.result import Mention, Result
from newsclean.rule import Rule, RuleError

if TYPE_CHECKING:
    from newsclean.gazetteer import Name

__version__ = "0.1.0"

__all__ = [
    "Article", "Cleaner", "Edit", "Mention", "Name", "Result", "Rule", "RuleError", "__version__", "apply", "clean",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """Names are imported when somebody asks for them: a script that prints its usage need not wait for them."""
    if name == "Name":
        from newsclean.gazetteer import Name

        return Name
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
