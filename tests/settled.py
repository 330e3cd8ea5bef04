"""What tests of names share."""

from newsclean.article import Article
from newsclean.edit import apply, resolve
from newsclean.names import Names

# Rounds after which a text must have settled: real ones take two.
ROUNDS = 5


def settled(find: Names, text: str) -> str:
    """The text after rounds of edits, until there are none; fails where they do not end."""
    for _ in range(ROUNDS):
        edits = resolve(find(Article(text)), text)
        if not edits:
            return text
        text = apply(text, edits)
    raise AssertionError(f"does not settle: {text!r}")
