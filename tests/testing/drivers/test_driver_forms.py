"""Forms as a browser sends them."""

from __future__ import annotations

from typing import Any

import pytest

from policycheck.testing.drivers import DriverError, Page
from policycheck.testing.drivers.forms import choose_form, forms

URL = "https://shop.example/consent?step=1"


def page(html: str) -> Page:
    return Page(URL, 200, (("Content-Type", "text/html; charset=utf-8"),), html.encode())


def sent(html: str, **values: Any) -> list[tuple[str, str]]:
    return list(choose_form(page(html), None, tuple(values)).filled(values)[1])


@pytest.mark.parametrize(
    ("html", "fields"),
    [
        ("<input name=a>", [("a", "")]),
        ("<input name=a value=1 disabled><input value=2>", []),
        ("<input type=hidden name=a value='x&amp;y'>", [("a", "x&y")]),
        ("<input type=checkbox name=a><input type=checkbox name=b checked>", [("b", "on")]),
        ("<input type=RADIO name=a value=1><input type=radio name=a value=2 checked>", [("a", "2")]),
        ("<input type=submit name=a value=1><button name=b>x</button><input type=image name=c>", []),
        ("<input type=file name=a><input type=reset name=b><button type=button name=c>x</button>", []),
        ("<textarea name=a>\n one &lt;b&gt;\n</textarea>", [("a", " one <b>\n")]),
        ("<select name=a><option value=1>One<option value=2 selected>Two</select>", [("a", "2")]),
        ("<select name=a><option> One \n more </option><option>Two</option></select>", [("a", "One more")]),
        ("<select name=a><option disabled value=1>One<option value=2>Two</select>", [("a", "2")]),
        ("<select name=a multiple><option selected>1<option>2<option selected>3</select>", [("a", "1"), ("a", "3")]),
        ("<select name=a multiple><option>1</select>", []),
        ("<select name=a></select>", []),
        ("<template><input name=a></template><input name=b>", [("b", "")]),
        ("<input name=a value=1 value=2>", [("a", "1")]),
    ],
)
def test_what_is_sent_when_nobody_touches_it(html: str, fields: list[tuple[str, str]]) -> None:
    (form,) = forms(page(f"<form>{html}</form>"))
    assert list(form.fields) == fields


def test_where_a_form_goes() -> None:
    found = forms(
        page(
            "<base href='/shop/'><form method=POST action=save id=one></form><form name=two></form>"
            "<form method=put action='https://pay.example/x'></form><form method=dialog></form>"
        )
    )
    assert [(form.method, form.action, form.id, form.name) for form in found] == [
        ("POST", "https://shop.example/shop/save", "one", ""),
        ("GET", "https://shop.example/shop/", "", "two"),
        ("GET", "https://pay.example/x", "", ""),
        ("DIALOG", "https://shop.example/shop/", "", ""),
    ]


def test_without_an_action_a_form_goes_to_its_page() -> None:
    assert forms(page("<form></form>"))[0].action == URL


def test_controls_elsewhere_belong_to_the_form_that_they_name() -> None:
    found = forms(page("<form id=a><input name=x form=b></form><form id=b></form><input name=y form=a><input name=z>"))
    assert [form.names for form in found] == [("y",), ("x",)]


BANNER = """
<form method=post action=/choose>
  <input type=hidden name=token value=t>
  <input type=checkbox name=ok value=ads><input type=checkbox name=ok value=stats checked>
  <input type=radio name=size value=s checked><input type=radio name=size value=l>
  <textarea name=note>old</textarea>
  <button name=do value=save>Save</button><button name=do value=all formaction=/all formmethod=get>All</button>
</form>"""


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({}, [("token", "t"), ("ok", "stats"), ("size", "s"), ("note", "old")]),
        ({"ok": "ads"}, [("token", "t"), ("ok", "ads"), ("size", "s"), ("note", "old")]),
        (
            {"ok": ["ads", "stats"], "size": "l"},
            [("token", "t"), ("ok", "ads"), ("ok", "stats"), ("size", "l"), ("note", "old")],
        ),
        ({"ok": False, "note": ""}, [("token", "t"), ("size", "s"), ("note", "")]),
        ({"ok": True, "note": None}, [("token", "t"), ("ok", "ads"), ("size", "s")]),
        ({"do": "save"}, [("token", "t"), ("ok", "stats"), ("size", "s"), ("note", "old"), ("do", "save")]),
    ],
)
def test_what_is_filled_in(values: dict[str, Any], fields: list[tuple[str, str]]) -> None:
    assert sent(BANNER, **values) == fields


def test_a_button_may_lead_elsewhere() -> None:
    form, pairs = choose_form(page(BANNER), None, ()).filled({"do": "all"})
    assert (form.method, form.action) == ("GET", "https://shop.example/all")
    assert pairs[-1] == ("do", "all")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"adz": True}, "has no field 'adz'\n  fix: it has token, ok, size, note, do"),
        ({"ok": "s3cr3t"}, "the field 'ok' offers no such value; it has 2 to choose from"),
        ({"note": True}, "the field 'note' takes a text, not True"),
    ],
)
def test_what_cannot_be_filled_in(values: dict[str, Any], message: str) -> None:
    with pytest.raises(DriverError, match=message) as failure:
        sent(BANNER, **values)
    assert "s3cr3t" not in str(failure.value)


TWO = "<form id=search><input name=q></form><form name=consent action=/c?x=1><input name=ok><input name=q></form>"


@pytest.mark.parametrize(
    ("which", "names", "index"),
    [(1, [], 1), ("search", [], 0), ("consent", [], 1), ("/c", [], 1), (None, ["ok"], 1), (None, ["ok", "q"], 1)],
)
def test_which_form_is_meant(which: str | int | None, names: list[str], index: int) -> None:
    assert choose_form(page(TWO), which, names) == forms(page(TWO))[index]


@pytest.mark.parametrize(
    ("html", "which", "names", "message"),
    [
        (TWO, None, ["q"], "/consent has not one form but 2 that has q\n  fix: say which"),
        (TWO, None, ["z"], "/consent has no form that has z\n  fix: its forms have q; ok, q"),
        (TWO, 2, [], "/consent has no form that is 2"),
        (TWO, "buy", [], "/consent has no form that is 'buy'"),
        ("", None, ["q"], "fix: load the page that shows the form first"),
    ],
)
def test_which_form_is_not_clear(html: str, which: Any, names: list[str], message: str) -> None:
    with pytest.raises(DriverError) as failure:
        choose_form(page(html), which, names)
    assert message in str(failure.value)


def test_values_are_hidden() -> None:
    (form,) = forms(page("<form action='/a?s3cr3t'><input name=a value=s3cr3t></form>"))
    assert "s3cr3t" not in repr(form)
