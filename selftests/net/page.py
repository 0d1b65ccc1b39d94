#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""page.py FILE TEXT...: is it one well-formed page, and is the text in it?

What is checked by a parser of XML, which takes nothing that is not well-formed:
elements are closed, attributes are quoted; by the page itself: no scripts, no
links, nothing from elsewhere; languages: as much in English as in Japanese; and
tables: headers have a scope.
"""

import sys
import xml.etree.ElementTree as ElementTree


def check(page, texts):
    with open(page, encoding="utf-8") as file:
        text = file.read()
    assert text.startswith("<!DOCTYPE html>"), "it is no page of HTML"
    root = ElementTree.fromstring(text)
    words = "".join(root.itertext())
    for wanted in texts:
        assert wanted in words, f"{wanted} is missing"
    languages = {"en": 0, "ja": 0}
    for element in root.iter():
        assert element.tag not in ("script", "link", "img", "iframe", "object",
                                   "base", "form"), f"there is a {element.tag}"
        for name, value in element.attrib.items():
            assert not name.startswith("on"), f"{name} runs something"
            assert name not in ("src", "href", "style", "action"), \
                f"{name} leads elsewhere"
            assert "url(" not in value, f"{name} leads elsewhere"
        if element.tag == "th":
            assert element.get("scope") in ("col", "row"), "a th without scope"
        if element.tag == "span" and element.get("lang"):
            languages[element.get("lang")] += 1
    assert "url(" not in text and "@import" not in text, "the style loads more"
    assert languages["en"] == languages["ja"] > 50, f"languages: {languages}"
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids)), "an id is there twice"
    for label in root.iter("label"):
        assert label.get("for") in ids, "a label without its button"


if __name__ == "__main__":
    check(sys.argv[1], sys.argv[2:])
