"""What notebooks show: well-formed, complete in itself, escaped, and with the right numbers."""

import json
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import sepconv

ALLOWED = {"div", "table", "tr", "th", "td", "svg", "rect", "title"}


class Page(HTMLParser):
    """Collects elements and text; the stack of open elements shows what was not closed."""

    def __init__(self, source):
        super().__init__()
        self.open, self.tags, self.texts, self.attributes = [], [], [], []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.open.append(tag)
        self.tags.append(tag)
        self.attributes += attributes

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    @property
    def text(self):
        return "\n".join(self.texts)


def page_of(thing) -> Page:
    source = thing._repr_html_()
    page = Page(source)
    assert not page.open and set(page.tags) <= ALLOWED
    assert source.isascii() and not re.search("href|src|url|http|script|@import", source)
    return page


def test_a_separation_shows_its_factors():
    page = page_of(sepconv.separate(sepconv.Kernel([[1, 2, 1], [2, 4, 2], [1, 2, 1]], divisor=16)))
    assert page.texts[0].startswith("3x3 kernel: separable (rank 1); 1 term, exact, integers")
    assert "down y: 1 2 1" in page.texts and "along x: 1 2 1" in page.texts
    assert page.tags.count("rect") == 9 + 3 + 3
    assert "9 dense, 6 separated" in page.text


def test_a_disk_takes_72_products_for_81():
    page = page_of(sepconv.separate(sepconv.disk(4), max_error=0.05))
    assert "81 dense, 72 separated" in page.text
    assert page.tags.count("rect") == 81 + 72


def test_signs_are_told_apart():
    page = page_of(sepconv.separate(sepconv.sobel("x")))
    fills = {value.rpartition(",")[0] for name, value in page.attributes if name == "fill"}
    assert fills == {"rgba(255,127,14", "rgba(31,119,180"}


@pytest.mark.parametrize(
    "kernel",
    [
        sepconv.disk(15),
        sepconv.gaussian(40),
        np.ones(200),
        np.ones((3, 4, 5)),
        np.zeros((3, 3)),
        np.ones((1, 1)),
    ],
)
def test_every_separation_stays_compact(kernel):
    found = sepconv.separate(kernel)
    assert len(found._repr_html_()) < 300_000
    page = page_of(found)
    assert ("more terms" in page.text) == (len(found.terms) > 8)
    assert f"rank {found.rank}" in page.text


@pytest.mark.parametrize(
    ("shape", "kernel", "methods"),
    [
        ((5, 5), sepconv.sobel("x"), ["separable", "direct"]),
        ((480, 640), sepconv.disk(3), None),
        ((8, 9, 10), (np.ones(3),) * 3, ["separable"]),
    ],
)
def test_a_plan_shows_its_counts(shape, kernel, methods):
    plan = sepconv.plan(shape, np.float32, kernel)
    found = json.loads(plan.explain().json())["methods"]
    for page in (page_of(plan), page_of(plan.explain())):
        assert page.tags.count("tr") == 1 + len(found)
        for method in found:
            assert f"{method['multiplications']:,}" in page.texts
            assert f"{method['additions']:,}" in page.texts
            assert method["reason"] in page.texts
    if methods:
        assert [method["method"] for method in found] == methods
    assert f"Plan of {shape} float32 -> float32" in page_of(plan).texts


def test_a_5x5_map_costs_what_is_known():
    page = page_of(sepconv.plan((5, 5), np.float32, sepconv.sobel("x")))
    # Each of 25 samples: 3 + 3 products and 2 + 2 sums, or 9 and 8.
    for count in ("150", "100", "225", "200"):
        assert count in page.texts


def test_text_is_escaped():
    class Found:
        def json(self):
            methods = json.loads(sepconv.plan(9, float, (np.ones(3),)).explain().json())
            methods["summary"] = methods["methods"][0]["reason"] = '<b>&"x"</b>'
            return json.dumps(methods)

    page = Page(sepconv.Explanation._repr_html_(Found()))
    assert page.texts.count('<b>&"x"</b>') == 2 and "b" not in page.tags
