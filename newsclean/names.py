"""Pass 3: one name for one thing, where the reporter speaks; what somebody said, or says about a word, stays as it is.

`Gazetteer.find` says where forms stand. What follows is a row of reasons to leave a form alone, the cheap ones first;
what no reason holds back is rewritten. Each form is a mention, with the reason why it was rewritten or left.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from newsclean.article import Article, fold
from newsclean.edit import Edit, Edits, Offsets
from newsclean.gazetteer import Gazetteer, Name, Sense, Unsafe, plain
from newsclean.packs import shipped
from newsclean.quotes import quoted, spoken
from newsclean.result import Mention
from newsclean.rule import FIRST, STYLES, RuleError
from newsclean.scan import Cues

if TYPE_CHECKING:
    from newsclean.romanization import same_name, similar, suggest

__all__ = ["FIRST", "Names", "check_canonical", "placed", "same_name", "similar", "suggest"]


def __getattr__(name: str) -> Any:
    """Names by sound have tables of their own, read when somebody asks."""
    if name in ("same_name", "similar", "suggest"):
        from newsclean import romanization

        return getattr(romanization, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


# How far around a form its sentence is looked for, in code points: longer sentences are rare, and it bounds the cost.
SENTENCE = 300
# How much of a paragraph tells its language, on either side, and how many words that takes.
AROUND, WORDS = 250, 8
# English news has a third of its words in the list "english" of mentions.toml, other languages next to none.
ENGLISH = 0.12
# A text this short, in code points, that no other language claims is taken for English: nothing tells more.
BRIEF = 400
# Below this no detector is asked: on so few letters it is wrong one time in ten.
TINY = 160
# How long a token can be: URLs are, names are not.
TOKEN = 200
# Words that speak about words are looked for in so many code points at a time.
ABOUT = 1024
# Between two names set beside each other, in code points.
BESIDE = 40
# Within so many code points one name twice reads as a slip: "ISIS's self-proclaimed Islamic State".
REPEAT = 32
# Within so many code points, in one paragraph, another name of it that is spoken of as a word speaks of this one too:
# "ISIS (which the government calls ISIL)".
NAMED_NEAR = 120
# Within so many code points what is written may meet words that make it a longer name.
GROWN = 40


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    """The lists of mentions.toml, those matched in running text as patterns."""
    raw = shipped("mentions.toml")

    def any_of(key: str) -> str:
        return "|".join(re.escape(w) for w in sorted(raw[key], key=len, reverse=True))

    def pattern(text: str) -> "re.Pattern[str]":
        return re.compile(text, re.IGNORECASE)

    return {
        "after": pattern(rf"[\"”’'»)]*[,;]?(?: [-–—])? \(?(?:{any_of('after')})(?!\w)"),
        "about": Cues([(w,) for w in dict.fromkeys(raw["about_words"])]),
        "about_words": list(dict.fromkeys(raw["about_words"])),
        "past": re.compile(f"(?:{any_of('past')})(?!\\w)"),
        "before_people": frozenset(raw["before"]) - frozenset(raw["phoned"]),
        **{
            key: frozenset(raw[key])
            for key in ("between", "leads", "follows", "foreign", "english", "heads", "kin", "before")
        },
        **{key: tuple(raw[key]) for key in ("a_before", "an_before")},
    }


@lru_cache(maxsize=4096)
def _beside(words: tuple[str, ...], before: bool) -> "re.Pattern[str]":
    alternatives = "|".join(re.escape(w) for w in words)
    if before:
        return re.compile(rf"(?<!\w)(?:{alternatives})[ -]$", re.IGNORECASE)
    return re.compile(rf"(?:[ -]|, )(?:{alternatives})(?!\w)", re.IGNORECASE)


@dataclass(slots=True)
class _Found:
    """One form in the text, and what is made of it."""

    start: int
    end: int
    entity: str
    sense: Sense
    target: str = ""  # what to write, "" to leave it
    reason: str = ""
    more: tuple[Edit, ...] = ()  # grammar around it

    def leave(self, reason: str) -> None:
        self.target, self.reason = "", reason


class Names:
    """Finder of names that one style writes otherwise.

    >>> from newsclean.gazetteer import shipped_gazetteer
    >>> find = Names(shipped_gazetteer())
    >>> found = sorted(find(Article("A Daesh cell in Kiev said “Kiev” twice.")), key=lambda e: e.start)
    >>> [(e.start, e.end, e.replacement) for e in found]
    [(0, 1, 'An'), (2, 7, 'Islamic State'), (16, 20, 'Kyiv')]

    style: ``ap``, ``reuters``, ``bbc``, ``guardian``, ``nyt``, ``un``, or ``first``, the article's own first full
    spelling. quotes: rewrite inside quotations too. table: canonical forms of your own, as (entity id, form). Raises
    ValueError for an unknown style and RuleError for an entity that the gazetteer does not know.
    """

    def __init__(
        self,
        gazetteer: Gazetteer,
        style: str = "ap",
        *,
        quotes: bool = False,
        table: Iterable[tuple[str, str]] = (),
    ) -> None:
        if style != FIRST and style not in STYLES:
            raise ValueError(f"style {style!r} is none of {', '.join((*STYLES, FIRST))}")
        self.style, self.quotes, self.table = style, quotes, dict(table)
        for id, form in self.table.items():
            if id not in gazetteer.names:
                raise RuleError("table", id, "", "is the id of no name in the gazetteer")
            if not form.strip():
                raise RuleError("table", id, "", "has an empty canonical form")
        new = [(id, form) for id, form in self.table.items() if not gazetteer.senses(plain(form))]
        self.gazetteer = Gazetteer(gazetteer.names.values(), new) if new else gazetteer

    def __call__(self, article: Article) -> Iterator[Edit]:
        yield from article.once(self._read)[0]

    def mentions(self, article: Article) -> Iterator[Mention]:
        """Yield all mentions in `article`, in its order, rewritten or left.

        >>> from newsclean.gazetteer import shipped_gazetteer
        >>> names = Names(shipped_gazetteer())
        >>> [(m.form, m.written, m.reason) for m in names.mentions(Article("“Kiev must,” he said."))]
        [('Kiev', 'Kiev', 'in a quotation')]

        Offsets are code points of `article`. `entity` holds several ids, joined by ``|``, where nothing tells which.
        """
        yield from article.once(self._read)[1]

    def target(self, name: Name, lang: str = "en") -> str:
        """What this style writes for a name.

        >>> from newsclean.gazetteer import shipped_gazetteer
        >>> g = shipped_gazetteer()
        >>> Names(g, "bbc").target(g.names["moammar-gadhafi"])
        'Muammar Gaddafi'
        """
        return self.table.get(name.id) or name.written(self.style, lang)

    def _read(self, article: Article) -> tuple[list[Edit], list[Mention]]:
        """What is to be rewritten, and all mentions."""
        text = plain(article.text, article.rare)
        hits = self.gazetteer.find(text, article.rare)
        if not hits:
            return [], []
        same, edits = _Same(), []
        found: list[Any] = _Page(self, article, text, hits).read()
        del hits  # the last that held each form as it was found
        for n, f in enumerate(found):  # each mention in its place: a text may name a thing a hundred thousand times
            form = same[article.text[f.start : f.end]]
            if f.target:
                rule = same[f"{article.once(_lang)}.name.{f.entity}"]
                edits.append(Edit(f.start, f.end, same[f.target], rule, same[f.reason]))
                edits.extend(f.more)
            found[n] = Mention(f.start, f.end, f.entity, form, f.target or form, f.reason)
        return edits, found


class _Page:
    """One article under the eyes of `Names`: what it knows is found out when it is asked for."""

    def __init__(
        self, names: Names, article: Article, text: str, hits: list[tuple[int, int, tuple[Sense, ...]]]
    ) -> None:
        self.names, self.article, self.text, self.hits = names, article, text, hits
        self._same = _Same()

    def read(self) -> list[_Found]:
        """Judge every hit by itself, then beside its neighbours."""
        _ = self.sure, self.first  # of all hits, which go one by one
        found: list[Any] = self.hits
        for n, hit in enumerate(found):
            found[n] = self._first_look(*hit)
        found = [f for f in found if f is not None]
        if any(f.target for f in found):
            self._second_look(found)
        return found

    # What one hit is, by itself

    def _first_look(self, start: int, end: int, senses: tuple[Sense, ...]) -> _Found | None:
        sense = senses[0]
        role = sense.role
        if role == "shield":
            return _Found(start, end, sense.name.id, sense, reason=self._same[f"part of “{self.text[start:end]}”"])
        if len(senses) == 1 and role not in ("unsafe", "surname", "known"):
            chosen = [sense]
        else:
            chosen, entity, undecided = self._meant(senses, start, end)
            if len(senses) == 1 and not chosen and self._target(sense) == self.text[start:end]:
                return _Found(start, end, sense.name.id, sense, reason=self._so)
            if role == "unsafe" and not chosen and not any(s.name.id in self.sure for s in senses):
                return None  # a verb in capitals, a goddess: no mention at all
            if len(chosen) != 1:
                return _Found(start, end, entity, sense, reason=undecided)
            sense = chosen[0]
        f = _Found(start, end, sense.name.id, sense)
        target = self._target(sense)
        form = self.text[start:end]
        if not target:
            f.leave("the gazetteer knows no form of it in this language")
            return f
        target = self._cased(sense, form, target, start)
        written = plain(target)
        if written == form or (written[1:] == form[1:] and written[0].lower() == form[0].lower()):
            f.leave(self._so)
            return f
        if sense.role == "surname" and form not in sense.name.surnames and _core(written) == _core(form):
            f.leave("a bare surname that differs in its article only")
            return f
        if form[0].isupper() and sense.form.islower() and not (sense.capitals or self._starts_sentence(start)):
            f.leave("a capital in mid-sentence makes it a name or title")
            return f
        f.target = self._same[target]
        return f

    def _meant(self, senses: tuple[Sense, ...], start: int, end: int) -> tuple[list[Sense], str, str]:
        """Which of a form's senses the text bears out; the entities, and why it is undecided, where that is not one.

        What hangs on the whole text only is found out once: a text may name one family a thousand times.
        """
        known = self._known_senses.get(id(senses))
        if known is None:
            chosen = [s for s in senses if s.role != "known" and self._anchored(s, start, end)]
            entity = "|".join(dict.fromkeys(s.name.id for s in (chosen or senses)))
            known = chosen, entity, self._undecided(chosen or list(senses), bool(chosen))
            if all(s.role != "unsafe" for s in senses):
                self._known_senses[id(senses)] = known
        return known

    @cached_property
    def _known_senses(self) -> dict[int, tuple[list[Sense], str, str]]:
        return {}

    @cached_property
    def _so(self) -> str:
        return (
            f"written so in style {self.names.style}" if self.names.style != FIRST else "the article's first spelling"
        )

    def _undecided(self, senses: list[Sense], several: bool) -> str:
        if several:
            return "several bear this name here"
        if all(s.role == "known" for s in senses):
            return "known, and never rewritten"
        if all(s.role == "surname" for s in senses):
            return "a bare surname, and no full name here tells whose"
        return "it may mean something else, and nothing here tells"

    def _target(self, sense: Sense) -> str:
        """What to write for a sense, but for its place."""
        key = id(sense), self.lang_of_names
        known = self._known_targets.get(key)
        if known is None:
            known = self._known_targets[key] = self._written(sense)
        return known

    @cached_property
    def _known_targets(self) -> dict[tuple[int, str], str]:
        return {}

    def _written(self, sense: Sense) -> str:
        name, names = sense.name, self.names
        if names.style == FIRST and name.id not in names.table:
            full = self.first.get(name.id, "")
            if sense.role == "surname":
                return name.bare_form(FIRST, full) if full else ""
            return full + sense.ending if full else ""
        lang = self.lang_of_names
        if sense.role == "surname":
            own = names.table.get(name.id, "") or ("" if lang == "en" else name.written("", lang))
            return name.bare_form(names.style, own) if own or lang == "en" else ""
        target = names.target(name, lang)
        return target + sense.ending if target else ""

    @cached_property
    def lang_of_names(self) -> str:
        """English as long as nothing is to be rewritten: asking costs more than reading."""
        return "en"

    @cached_property
    def sure(self) -> frozenset[str]:
        """Entities named by a form that means nothing else."""
        return frozenset(
            senses[0].name.id
            for _, _, senses in self.hits
            if len(senses) == 1 and senses[0].role in ("canonical", "variant", "alias")
        )

    @cached_property
    def first(self) -> dict[str, str]:
        """The first full spelling of each entity outside quotations, as listed, for the style that asks for it."""
        spelled: dict[str, str] = {}
        if self.names.style != FIRST:
            return spelled
        for start, end, senses in self.hits:
            sense = senses[0]
            if (
                len(senses) == 1
                and sense.role in ("canonical", "variant", "alias")
                and not (self._quoted(start, end) or self._spoken(start))
            ):
                spelled.setdefault(sense.name.id, sense.form)
        return spelled

    def _anchored(self, sense: Sense, start: int, end: int) -> bool:
        if sense.role == "surname":
            return sense.name.id in self.sure
        if sense.role != "unsafe":
            return True
        return any(self._holds(u, sense, start, end) for u in sense.name.unsafe if sense.form in u.forms)

    def _holds(self, rule: Unsafe, sense: Sense, start: int, end: int) -> bool:
        text = self.text
        if rule.followed_by and not _beside(rule.followed_by, False).match(text, end):
            return False
        if rule.preceded_by and not _beside(rule.preceded_by, True).search(text[max(0, start - 40) : start]):
            return False
        if rule.full and sense.name.id not in self.sure:
            return False
        if rule.words and not any(self._holds_word(w) for w in rule.words):
            return False
        return not any(self._holds_word(w) for w in rule.unless)

    def _holds_word(self, word: str) -> bool:
        known = self._known_words.get(word)
        if known is None:
            known = self._known_words[word] = word in self.text
        return known

    @cached_property
    def _known_words(self) -> dict[str, bool]:
        return {}

    def _cased(self, sense: Sense, form: str, target: str, start: int) -> str:
        if sense.capitals or (form.isupper() and self._in_capitals(start, start + len(form))):
            target = target.upper()
        elif target[0].islower() and form[0].isupper() and self._starts_sentence(start):
            target = target[0].upper() + target[1:]
        if "'" in target and "’" in self.article.text:
            target = target.replace("'", "’")
        return target

    def _in_capitals(self, start: int, end: int) -> bool:
        around = (
            self.text[max(0, start - 40) : start].rpartition("\n")[2] + self.text[end : end + 40].partition("\n")[0]
        )
        return around.upper() == around and any(c.isalpha() for c in around)

    def _starts_sentence(self, start: int) -> bool:
        before = self.text[max(0, start - 16) : start]
        bare = before.rstrip(" \"“‘'«([-–—•*")
        if not bare or bare[-1] in "\n\r\u2028\u2029":
            return start < 16 or bool(bare)
        if bare[-1] not in ".!?:":
            return False
        last = bare.split()[-1].lower()
        return last not in _words()["leads"] and not (len(last) == 2 and last[1] == ".")

    # What its sentence, its paragraph and its neighbours make of it

    def _second_look(self, found: list[_Found]) -> None:
        lang = self.article.once(_lang)
        if lang != "en":
            self._in_language(found, lang)
        for f in found:
            if f.target:
                reason = self._why_not(f)
                if reason:
                    f.leave(self._same[reason])
        self._beside_each_other(found)
        self._near_a_word(found)
        self._used_otherwise(found)
        for f in found:
            if f.target:
                self._settle(f)

    def _in_language(self, found: list[_Found], lang: str) -> None:
        """In another language a spelling becomes that language's own, where the gazetteer knows it; nothing else does."""
        self.lang_of_names = lang
        for f in found:
            if f.target:
                spelling = f.sense.role in ("variant", "canonical") and self.names.style != FIRST
                target = self._target(f.sense) if spelling else ""
                if not target or plain(target) == self.text[f.start : f.end]:
                    f.leave("not in an English text")
                elif _vowel(target) != _vowel(self.text[f.start : f.end]):
                    f.leave("what stands before it may hang on how it sounds")
                else:
                    f.target = target

    def _why_not(self, f: _Found) -> str:
        """The reason to leave a form alone, or nothing."""
        text, start, end, sense = self.text, f.start, f.end, f.sense
        reason = self._in_token(start, end)
        if reason:
            return reason
        if not self.names.quotes and self._quoted(start, end):
            return "in a quotation"
        if not self.names.quotes and self._spoken(start):
            return "in a transcript or a speech"
        if self._longer_name(f):
            return "part of a longer name"
        if self._titled(f):
            return "part of a title"
        words = _words()
        if _introduced(text[max(0, start - 60) : start], sense.name.kind) or words["after"].match(text[end : end + 60]):
            return _SPOKEN_OF[0]
        if self._glossed(f):
            return "an acronym that stands for something else here"
        low, high = self._sentence(start, end)
        if self._about_words(low, high):
            return _SPOKEN_OF[1]
        if sense.name.since or sense.name.until:
            year = self._out_of_time(sense.name, low, high)
            if year:
                return f"its sentence speaks of {year}, when the name {sense.name.write} did not hold"
        if self._foreign(start, end):
            return "in a paragraph in another language"
        return self._doubles(f) or self._grows(f)

    def _in_token(self, start: int, end: int) -> str:
        text = self.text
        before, after = text[start - 1 : start], text[end : end + 1]
        if (before in _TIGHT and before) or (after in _TIGHT_AFTER and after) or before == "`" or after == "`":
            return "in an address, a handle, a tag or code"
        if (after == "." and text[end + 1 : end + 2].isalnum() and not text[end + 1].isupper()) or (
            before == "."
            and text[start - 2 : start - 1].isalnum()
            and not _GLUED.search(text, max(0, start - 30), start)
        ):
            return "in an address, a handle, a tag or code"
        low = start
        while low > max(0, start - TOKEN) and not text[low - 1].isspace():
            low -= 1
        high = end
        while high < min(len(text), end + TOKEN) and not text[high].isspace():
            high += 1
        if _ADDRESS.search(text, low, start) or _ADDRESS.search(text, end, high):
            return "in an address, a handle, a tag or code"
        if before in "*_" and before and after in "*_" and after:
            return "a title"
        return ""

    def _quoted(self, start: int, end: int) -> bool:
        return quoted(self.article, start, end)

    def _spoken(self, start: int) -> bool:
        return self.article.line_at(start) in self.article.once(spoken)

    def _longer_name(self, f: _Found) -> bool:
        """Whether a capitalised word right beside it makes it part of another name."""
        name, role, words = f.sense.name, f.sense.role, _words()
        if name.kind == "group" and role != "unsafe":
            return False
        loose = f.sense.form.isupper()  # "IS", "ISIS": what stands beside was asked for
        after = _AFTER.match(self.text, f.end)
        follows = after[1].lower() if after else ""
        known = not follows or follows in words["follows"] or follows.rstrip(".") in words["follows"]
        if not (known or loose or self._all_capitals(f)):
            return True
        before = self._name_before(f)
        if not before or (name.kind == "term" and name.endings):
            return False  # "Iraqi Shiites", but Bo Koran wrote this
        word = before.lower()
        if name.kind == "person" and role != "surname":
            return word in words["kin"]
        if word in words["leads"] or loose or self._all_capitals(f):
            return False
        # "Fighting Kiev": a word that begins a sentence is capitalised for that; a name would be too, so only verbs pass
        return not (word.endswith(("ing", "ly")) and self._starts_sentence(f.start - len(before) - 1))

    def _titled(self, f: _Found) -> bool:
        """Whether a capital "The" in mid-sentence and a capitalised word make a title: "his book The ISIS Threat"."""
        start = f.start - 4
        after = _AFTER.match(self.text, f.end)
        if self.text[max(0, start) : f.start] != "The " or not after or self._all_capitals(f):
            return False
        return start > 1 and not self._starts_sentence(start) and after[1].lower() not in _words()["follows"]

    def _name_before(self, f: _Found) -> str:
        """The capitalised word right before a form, where it may be part of a name."""
        before = _BEFORE.search(self.text[max(0, f.start - 30) : f.start])
        if not before or before[1].lower().endswith(_NO_NAME) or (before[1][-1] == "." and len(before[1]) > 2):
            return ""
        return before[1]

    def _all_capitals(self, f: _Found) -> bool:
        return self._in_capitals(f.start, f.end)

    def _glossed(self, f: _Found) -> bool:
        """Whether brackets right beside an acronym give it another meaning: "Isis (Institute of ...)"."""
        text, form = self.text, self.text[f.start : f.end]
        if len(form) > 8 or not (form.isupper() or f.sense.role == "unsafe"):
            return False
        letters = "".join(filter(str.isalnum, form)).upper()
        inside = _GLOSS.match(text, f.end)
        if inside and _spells(inside[1].split(), letters):
            return not self._is_form(inside[1], f.sense.name)
        if text[f.start - 1 : f.start] == "(" and text[f.end : f.end + 1] == ")":
            words = text[max(0, f.start - 120) : f.start - 1].split()
            for k in range(2, min(len(words), len(letters) + 4) + 1):
                if _spells(words[-k:], letters):
                    return not self._is_form(" ".join(words[-k:]), f.sense.name)
        return False

    def _is_form(self, text: str, name: Name) -> bool:
        bare = re.sub(r"^[Tt]he ", "", text.strip())
        return any(s.name is name for s in self.names.gazetteer.senses(bare))

    def _sentence(self, start: int, end: int) -> tuple[int, int]:
        low = max(0, start - SENTENCE)
        for m in _SENTENCE_END.finditer(self.text, low, start):
            low = m.end()
        stop = _SENTENCE_END.search(self.text, end, end + SENTENCE)
        return low, stop.start() + 1 if stop else min(len(self.text), end + SENTENCE)

    def _out_of_time(self, name: Name, low: int, high: int) -> str:
        for m in _YEAR.finditer(self.text, low, high):
            if int(m[0]) < name.since or (name.until and int(m[0]) > name.until):
                return m[0]
        if name.since:
            folded = fold(self.text[low:high])
            for m in _words()["past"].finditer(folded):
                at = low + m.start()
                if not self.text[at - 1 : at].replace("_", "a").isalnum():
                    return self.text[at : low + m.end()]
        return ""

    def _about_words(self, low: int, high: int) -> bool:
        """Whether a sentence speaks about words."""
        blocks = range(low // ABOUT, (high - 1) // ABOUT + 1)
        return any(low <= at < high for block in blocks for at in self._about(block))

    def _about(self, block: int) -> list[int]:
        """Where a block of the text speaks about words: what a sentence asks for is of two blocks or three."""
        known = self._known_about.get(block)
        if known is None:
            words, low = _words()["about_words"], max(0, block * ABOUT - 1)
            folded = fold(self.text[low : (block + 1) * ABOUT + max(map(len, words))])
            known = []
            for start, (word,) in _words()["about"].find(folded):
                end = start + len(words[word])
                bounded = not (folded[start - 1 : start].isalnum() or folded[end : end + 1].isalnum())
                if bounded and (low + start) // ABOUT == block:
                    known.append(low + start)
            self._known_about[block] = known
        return known

    @cached_property
    def _known_about(self) -> dict[int, list[int]]:
        return {}

    def _foreign(self, start: int, end: int) -> bool:
        line = self.article.line_at(start)
        block = start // (2 * AROUND)
        known = self._known_blocks.get((line, block))
        if known is None:
            low, high = max(self.article.starts[line], start - AROUND), end + AROUND
            known = self._known_blocks[line, block] = self._is_foreign(self.text[low:high].partition("\n")[0])
        return known

    @cached_property
    def _known_blocks(self) -> dict[tuple[int, int], bool]:
        return {}

    def _is_foreign(self, around: str) -> bool:
        found = [w.lower() for w in _WORD.findall(around)]
        if len(found) < WORDS:
            letters = [c for c in around if c.isalpha()]
            return sum(c > "\u036f" for c in letters) * 2 > len(letters)
        words = _words()
        english = sum(w in words["english"] for w in found)
        foreign = sum(w in words["foreign"] for w in found)
        if self.lang_of_names != "en":
            return english > foreign
        return english < ENGLISH * len(found) and foreign > english

    def _doubles(self, f: _Found) -> str:
        after = _WORD.match(self.text, f.end + 1) if self.text[f.end : f.end + 1] == " " else None
        first, last = f.target.split()[0].lower(), f.target.split()[-1].lower()
        form = self.text[f.start : f.end].lower().split()
        if after and after[0].lower().rstrip("s") == last.rstrip("s") and form[-1] != last:
            return f"“{f.target} {after[0]}” would double a word"
        low, high = max(0, f.start - REPEAT), f.end + REPEAT
        near = _SENTENCE_END.split(self.text[low : f.start])[-1] + "|" + _SENTENCE_END.split(self.text[f.end : high])[0]
        if f.sense.role in ("alias", "unsafe") and plain(f.target) in near:
            return f"“{f.target}” stands right beside it"
        before = self.text[max(0, f.start - 30) : f.start].split()
        if before and before[-1].lower() == first and form[0] != first:
            return f"“{before[-1]} {f.target}” would double a word"
        return ""

    def _grows(self, f: _Found) -> str:
        """Why what is written would be read as part of a longer form: "Islamic State" before "in Iraq and Syria"."""
        before = self.text[max(0, f.start - GROWN) : f.start]
        at, end = len(before), len(before) + len(f.target)
        beside = f"{before}{plain(f.target)}{self.text[f.end : f.end + GROWN]}"
        known = self._known_grown.get((beside, at))
        if known is None:
            known = ""
            for start, stop, _ in self.names.gazetteer.find(beside):
                if start <= at and stop >= end and (start, stop) != (at, end):
                    known = f"“{beside[start:stop]}” would be another name"
                    break
            self._known_grown[beside, at] = known
        return known

    @cached_property
    def _known_grown(self) -> dict[tuple[str, int], str]:
        return {}

    # What mentions make of each other

    def _beside_each_other(self, found: list[_Found]) -> None:
        """Two different names of one thing right beside each other explain each other: "ISIS, or Daesh"."""
        for a, b in pairwise(found):
            if b.start - a.end > BESIDE or a.entity != b.entity or not (a.target or b.target):
                continue
            if "surname" in (a.sense.role, b.sense.role):
                continue
            first, second = self.text[a.start : a.end], self.text[b.start : b.end]
            if first.lower() == second.lower():
                continue
            gap = self.text[a.end : b.start]
            if "\n" in gap or gap.strip(_SEPARATORS).lower() not in _words()["between"]:
                continue
            reason = "set beside “{}”, another name of it"
            if b.target:
                b.leave(self._same[reason.format(first)])
            spelling = a.sense.role in ("variant", "canonical") and second.isupper() and gap == " ("
            if a.target and not spelling:
                a.leave(self._same[reason.format(second)])

    def _near_a_word(self, found: list[_Found]) -> None:
        """Near another name of it that is spoken of as a word, a name is compared with that: leave it."""
        for f in found:
            if f.target and f.sense.name.kind != "person" and self._compared(f, found):
                f.leave(_SPOKEN_OF[1])

    def _compared(self, f: _Found, found: list[_Found]) -> bool:
        spelled = self.text[f.start : f.end].lower()
        at = bisect_left(found, f.start, key=lambda x: x.start)
        for beside in (range(at - 1, -1, -1), range(at + 1, len(found))):
            for other in (found[k] for k in beside):
                low, high = sorted((f, other), key=lambda x: x.start)
                if high.start - low.end > NAMED_NEAR or "\n" in self.text[low.end : high.start]:
                    break
                if other.entity == f.entity and self.text[other.start : other.end].lower() != spelled:
                    if other.reason == _SPOKEN_OF[0]:
                        return True
                    if other.reason == self._so and _introduced(self.text[max(0, other.start - 60) : other.start]):
                        return True
        return False

    def _used_otherwise(self, found: list[_Found]) -> None:
        """A doubtful form, or an acronym, that means something else once is left everywhere; so is a namesake's name."""
        otherwise: set[str] = set()
        for f in found:
            form = self.text[f.start : f.end]
            if f.sense.name.kind == "term":
                continue
            if f.sense.role == "unsafe" or form.isupper():
                named = f.reason == "part of a longer name" or (not f.target and self._glossed(f))
                if named or (f.sense.role == "unsafe" and not form.isupper() and self._longer_name(f)):
                    otherwise.add(form.lower())
            elif f.sense.role == "surname" and form.lower() not in otherwise and self._has_other_first_name(f):
                otherwise.add(form.lower())
        spoken = {f.entity for f in found if f.sense.name.kind == "place" and f.reason in _SPOKEN_OF}
        for f in found:
            if f.target and f.sense.role not in ("variant", "canonical"):
                if f.entity in spoken:
                    f.leave("the text speaks of this name elsewhere")
                    continue
                form = self.text[f.start : f.end].lower()
                if form in otherwise:
                    f.leave("somebody or something else bears this name here")

    def _has_other_first_name(self, f: _Found) -> bool:
        before = self._name_before(f)
        return bool(before) and before.lower() not in _words()["leads"]

    # How it is written

    def _settle(self, f: _Found) -> None:
        """Fit what is written into its sentence: a or an, the, the possessive."""
        name, text, sense = f.sense.name, self.text, f.sense
        form = text[f.start : f.end]
        style = "the article's first spelling" if self.names.style == FIRST else f"style {self.names.style}"
        verb = "is" if sense.role in ("alias", "unsafe") else "is spelled"
        f.reason = self._same[f"{form} {verb} {f.target} ({style})"]
        if self.lang_of_names != "en":
            return
        rule = f"en.name.{name.id}"
        before = _A_OR_AN.search(text[max(0, f.start - 4) : f.start])
        if before:
            at = f.start - len(before[0])
            old = before[1]
            new = "an" if _vowel_sound(f.target) else "a"
            if old.lower() != new:
                new = new.upper() if old.isupper() and f.target.isupper() else new
                new = new[0].upper() + new[1:] if old[0].isupper() else new
                f.more += (Edit(at, at + len(old), new, rule, f"“{new}” before {f.target}"),)
        if f.target.isupper() and not form.isupper() and not sense.capitals:
            self._drop_the(f, rule)
        possessive = text[f.end : f.end + 1] == "'" and not text[f.end + 1 : f.end + 2].isalnum()
        if possessive and form[-1] in "sS" and f.target[-1] not in "sS":
            mark = self.article.text[f.end] + (
                "S" if form.isupper() and f.target.isupper() and self._all_capitals(f) else "s"
            )
            f.more += (Edit(f.end, f.end + 1, mark, rule, f"the possessive of {f.target}"),)

    def _drop_the(self, f: _Found, rule: str) -> None:
        """ "the Islamic State" loses its article as ISIL does without, but for "the Islamic State group"."""
        the = re.search(r"(?<!\w)[Tt]he $", self.text[max(0, f.start - 5) : f.start])
        if the:
            head = _WORD.match(self.text, f.end + 1) if self.text[f.end : f.end + 1] in (" ", "-") else None
            if not head or head[0].lower() not in _words()["heads"]:
                f.more += (Edit(f.start - 4, f.start, "", rule, f"{f.target} goes without “the”"),)


_OPENERS = " \t:,\"“‘'«("
_OBJECTS = (" itself", " themselves", " it", " them", " the group", " the city", " the country", " the", " a", " an")
_SPOKEN_OF = ("explained or spoken of as a word", "its sentence is about words or names")
_TIGHT = "@#/\\=_<&"
_TIGHT_AFTER = "@/\\=_>"
# The end of a sentence that lost the blank after it: "they fled.ISIS said".
_GLUED = re.compile(r"(?:^|[\s“‘\"'(—-])[a-zà-ž]{2,}\.$")
_ADDRESS = re.compile(r"://|www\.|@|^#|\w\.(?:com|org|net|info|int|gov)\b|</?\w|[\w-]/[\w-]+/", re.IGNORECASE)
_AFTER = re.compile(r" ([A-ZÀ-ÞĀ-Ž][^\W\d_]*\.?)")
_BEFORE = re.compile(r"(?<![\w'’-])([A-ZÀ-ÞŠŽ][\w.'’-]*) $")
# What ends so before a name is no first name: "Ukraine's Zelensky", "Iran-backed".
_NO_NAME = (
    "'s",
    "s'",
    "-backed",
    "-led",
    "-based",
    "-born",
    "-linked",
    "-held",
    "-speaking",
    "-occupied",
    "-controlled",
)
_GLOSS = re.compile(r" \(([^()\n]{5,100})\)")
# Patterns that begin with a class, and look around it afterwards, are searched from one of its characters to the next.
_SENTENCE_END = re.compile("[.!?…\n\r\u2028\u2029](?:(?<=[\n\r\u2028\u2029])|[\"”’')\\]]*\\s)")
_YEAR = re.compile(r"[12](?:(?<=1)[0-9]\d\d|(?<=2)0[0-4]\d)(?<![\w$£€.,-]\d{4})(?![\w%]|[.,]\d)")
_WORD = re.compile(r"[^\W\d_]+")
_A_OR_AN = re.compile(r"(?<![\w'’.-])(a|an|A|An|AN) $")
_SEPARATORS = " ,;:/()[]\"'“”‘’«»—–-"
_LETTER_VOWELS = "AEFHILMNORSX"


def _core(surname: str) -> str:
    return re.sub(r"^(?:[aA]l|[eE]l)-", "", surname)


def _introduced(before: str, kind: str = "") -> bool:
    """Whether what stands before a name introduces it as a word: "known as", "the so named"; people are also phoned.

    >>> _introduced("a group known in Arabic as the “"), _introduced("a raid on the "), _introduced("he called ", "person")
    (True, False, False)
    """
    phrases = _words()["before_people" if kind == "person" else "before"]
    bare = before.lower().rstrip(_OPENERS)
    for _ in range(3):
        words = bare.split()[-6:]
        if any(" ".join(words[-k:]) in phrases for k in range(1, min(len(words), 5) + 1)):
            return True
        if words[-1:] == ["as"] and not _NAMING.isdisjoint(words):
            return True
        shorter = next((bare.removesuffix(x) for x in _OBJECTS if bare.endswith(x)), bare)
        if shorter == bare:
            return False
        bare = shorter.rstrip(_OPENERS)
    return False


_NAMING = frozenset({"known", "referred", "refered", "refer", "refers", "referring"})


def _spells(words: list[str], letters: str) -> bool:
    """Whether the first letters of `words`, or of the capitalised ones, spell an acronym."""
    if len(words) < 2:
        return False
    bare = [w.strip("“”\"'(),") for w in words]
    bare = [p for w in bare for p in w.split("-") if p]
    capitals = "".join(w[0] for w in bare if w[0].isupper())
    every = "".join(w[0] for w in bare).upper()
    return letters in (capitals, every) and (every[0] == letters[0])


def _vowel(text: str) -> bool:
    return text[0].lower() in "aeiouyàâäéèêëîïôöûüœæh"


def _vowel_sound(text: str) -> bool:
    """Whether "an" stands before `text`."""
    first = re.split(r"[\s-]", text, maxsplit=1)[0]
    if first.isupper() and len(first) > 1 and (len(first) <= 3 or not re.search("[AEIOU]", first)) and first == text:
        return first[0] in _LETTER_VOWELS
    lower, words = text.lower(), _words()
    if lower.startswith(words["an_before"]):
        return True
    return not lower.startswith(words["a_before"]) and lower[0] in "aeiouàáâäéèêëíîïóôöúûü"


def _lang(article: Article) -> str:
    """The article's language; a brief text that no other language claims counts as English."""
    from newsclean.language import language

    brief = not article.lang and len(article.text) < BRIEF
    lang = language(article) if not brief or len(article.text) > TINY else "und"
    if lang == "und" and brief:
        words = _words()
        found = _WORD.findall(article.text)
        foreign = sum(w in words["foreign"] for w in found)
        if foreign <= sum(w.lower() in words["english"] for w in found):
            return "en"
    return lang


def placed(mentions: Iterable[Mention], edits: Edits, source: str) -> tuple[Mention, ...]:
    """Carry mentions of a result, in its order, back to the original: its offsets, its forms, and the reason of each rewriting.

    >>> edit = Edit(0, 5, "Islamic State", "en.name.islamic-state", "Daesh is Islamic State (style ap)")
    >>> m = Mention(0, 13, "islamic-state", "Islamic State", "Islamic State", "written so in style ap")
    >>> placed([m], (edit,), "Daesh fled.")[0].form
    'Daesh'
    """
    mentions = iter(mentions)
    first = next(mentions, None)
    if first is None:
        return ()  # as nearly always
    offsets, same = Offsets(edits) if edits else None, _Same()
    out, at = [], 0
    for m in chain((first,), mentions):
        start, end = offsets.source_span(m.start, m.end) if offsets else (m.start, m.end)
        while at < len(edits) and edits[at].start < start:
            at += 1
        form, reason = same[source[start:end]], m.reason
        if m.form != m.written:  # nothing more is to be rewritten: what is not was held back
            reason = "the settings leave it"
        elif form != m.form and at < len(edits) and edits[at].start == start and edits[at].end >= end:
            reason = edits[at].reason
        out.append(m if not edits and reason == m.reason else Mention(start, end, m.entity, form, m.form, reason))
    return tuple(out)


class _Same(dict[str, str]):
    """Gives equal strings as one: a text may name a thing a hundred thousand times.

    >>> same = _Same()
    >>> same["".join(["Da", "esh"])] is same["".join(["Dae", "sh"])]
    True
    """

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text


def check_canonical(gazetteer: Gazetteer) -> None:
    """Check that no style rewrites what it writes itself; raises RuleError.

    >>> from newsclean.gazetteer import load_names
    >>> town = {"id": "town", "kind": "place", "write": "New Ostrava", "aliases": ["Ostrava"]}
    >>> check_canonical(Gazetteer(load_names([town], "mine.toml")))
    >>> mill = {"id": "mill", "kind": "group", "write": "Ostrava Mills", "variants": ["New Ostrava"]}
    >>> check_canonical(Gazetteer(load_names([town, mill], "mine.toml")))
    Traceback (most recent call last):
    newsclean.rule.RuleError: mine.toml: mill: field 'variants' has 'New Ostrava', which is a form of town in mine.toml too: ...

    Reason: else "Assad" for "Bashar al-Assad" makes "Bashar al-Bashar al-Assad", and cleaning never ends.
    """
    seen: set[tuple[str, str]] = set()
    for style in STYLES:
        names = Names(gazetteer, style)
        for name in gazetteer.names.values():
            form = plain(name.written(style))
            if (name.id, form) in seen and style not in dict(name.styles):
                continue
            seen.add((name.id, form))
            if gazetteer.alone(form, name):
                continue
            for start, end, senses in gazetteer.find(form):
                if (start, end) == (0, len(form)) and any(s.name is name for s in senses):
                    continue
                other = next((s for s in senses if s.role in ("variant", "alias")), None)
                if other and plain(names.target(other.name)) != form[start:end]:
                    raise RuleError(
                        other.name.file, other.name.id, "variants", f"has {form[start:end]!r}, which changes {form!r}"
                    )
