"""Read a page as a browser understands it: elements, what they say, and what their forms send."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

# An attribute's value; a pattern of the whole value; True for one that is there, whatever its value.
Wanted = str | re.Pattern[str] | bool

WITHOUT_END = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source"})
ENDS_BEFORE = {  # whose end a page may leave out, and what begins after it
    "li": {"li"},
    "dt": {"dt", "dd"},
    "dd": {"dt", "dd"},
    "option": {"option", "optgroup"},
    "td": {"td", "th", "tr", "tbody"},
    "th": {"td", "th", "tr", "tbody"},
    "tr": {"tr", "tbody"},
}


class Element:
    """One element of a page, with what lies in it."""

    def __init__(self, tag: str, attributes: dict[str, str], parent: "Element | None" = None) -> None:
        self.tag = tag
        self.attributes = attributes  # an attribute without a value has the empty one
        self.parent = parent
        self.children: list[Element | str] = []

    def __getitem__(self, attribute: str) -> str:
        """Return the value of an attribute that must be there."""
        return self.attributes[attribute]

    def __contains__(self, attribute: str) -> bool:
        """Return whether the element has an attribute."""
        return attribute in self.attributes

    @property
    def words(self) -> str:
        """What somebody reads in it, with single spaces, also where one element ends and the next begins."""
        return " ".join(" ".join(self._pieces()).split())

    @property
    def own_words(self) -> str:
        """What somebody reads in it outside of the elements that lie in it."""
        return " ".join(" ".join(each for each in self.children if isinstance(each, str)).split())

    @property
    def content(self) -> str:
        """What is written in it, to the letter."""
        return "".join(self._pieces())

    def all(self, tag: str = "", **attributes: Wanted) -> "list[Element]":
        """Return the elements of that tag with these attributes, in their order.

        `hx_get` stands for `hx-get`, and `class_` for `class`, of which one word is enough.
        """
        wanted = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
        return [
            each
            for each in self.inside()
            if tag in {"", each.tag} and all(each._has(name, value) for name, value in wanted.items())
        ]

    def first(self, tag: str = "", **attributes: Wanted) -> "Element":
        """Return the first of them; there must be one."""
        found = self.all(tag, **attributes)
        assert found, f"no <{tag}> with {attributes} in: {self.words}"
        return found[0]

    def only(self, tag: str = "", **attributes: Wanted) -> "Element":
        """Return the one element of that tag with these attributes; there must be no other."""
        found = self.all(tag, **attributes)
        assert len(found) == 1, f"{len(found)} <{tag}> with {attributes} in: {self.words}"
        return found[0]

    def has(self, tag: str = "", **attributes: Wanted) -> bool:
        """Return whether there is such an element."""
        return bool(self.all(tag, **attributes))

    def inside(self) -> "Iterator[Element]":
        """Yield every element that lies in this one, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.inside()

    def links(self, wanted: Wanted = True) -> list[str]:
        """Return where its links lead, in their order."""
        return [each["href"] for each in self.all("a", href=wanted)]

    def values(self, name: str, wanted: Wanted = True) -> list[str]:
        """Return what its fields and buttons of that name hold, in their order."""
        return [each["value"] for each in self.all(name=name, value=wanted)]

    def value(self, name: str) -> str:
        """Return what the first field of that name holds; there must be one."""
        return self.first(name=name, value=True)["value"]

    def fields(self) -> dict[str, str]:
        """Return what its forms would send of the fields that hold a value; the first of a name counts."""
        sent: dict[str, str] = {}
        for each in self.inside():
            if each.tag == "input" and "name" in each and each._counts():
                sent.setdefault(each["name"], each.attributes.get("value", "on"))
            elif each.tag == "textarea" and "name" in each:
                sent.setdefault(each["name"], each.content.removeprefix("\n"))
            elif each.tag == "select" and "name" in each:
                chosen = each.all("option", selected=True) or each.all("option")[:1]
                for option in chosen:
                    sent.setdefault(each["name"], option.attributes.get("value", option.words))
        return sent

    def faults(self) -> dict[str, str]:
        """Return what a refused form says at its head: the field that each of its links leads to, and why."""
        return {
            each["href"].removeprefix("#"): each.words
            for each in self.all("a", class_="ds-link", href=re.compile("#.+"))
        }

    def _counts(self) -> bool:
        return self.attributes.get("type") not in {"checkbox", "radio"} or "checked" in self

    def _has(self, name: str, wanted: Wanted) -> bool:
        value = self.attributes.get(name)
        if isinstance(wanted, bool):
            return (value is not None) is wanted
        if value is None:
            return False
        if isinstance(wanted, re.Pattern):
            return wanted.fullmatch(value) is not None
        return wanted in value.split() if name == "class" else value == wanted

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, Element):
                yield from child._pieces()
            else:
                yield child


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Element("", {})
        self._open = self.page

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while tag in ENDS_BEFORE.get(self._open.tag, ()):
            self._end()
        element = self._add(tag, attrs)
        if tag not in WITHOUT_END:
            self._open = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._add(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        around, element = [], self._open
        while element.parent is not None:
            around.append(element.tag)
            element = element.parent
        if tag in around:
            while self._open.tag != tag:
                self._end()
            self._end()

    def handle_data(self, data: str) -> None:
        self._open.children.append(data)

    def _add(self, tag: str, attrs: list[tuple[str, str | None]]) -> Element:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._open)
        self._open.children.append(element)
        return element

    def _end(self) -> None:
        assert self._open.parent is not None
        self._open = self._open.parent


def read_page(markup: str) -> Element:
    """Read a page, or a part of one."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return reader.page
