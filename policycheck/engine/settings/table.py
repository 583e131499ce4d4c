"""Every setting there is, in one table: what reads it, what its JSON Schema is, and what its page says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policycheck.consent.reading import read_consent
from policycheck.engine.settings import readers
from policycheck.engine.settings.setting import (
    CONSENT,
    EXTEND,
    LAWS,
    LOCAL,
    SEVERITIES,
    SEVERITY,
    SIGNALS,
    TEXT,
    TEXTS,
    WAIVERS,
    Setting,
    absolute,
    profile,
    relocated,
    tables,
)

SETTINGS: Final[Mapping[str, Setting]] = {
    EXTEND: Setting(
        readers.text,
        TEXT,
        "the path of another settings file",
        "none",
        """\
Another file whose settings hold here too: a `policycheck.toml`, or a `pyproject.toml` with `[tool.policycheck]`. What
this file says takes the place of what that one says, with these exceptions: the tables `features`, `bindings`,
`severity`, `laws` and `signals` are joined key by key, and `per-path`, `per-test` and `waivers` come after those of the
other file. Paths start from the folder of the file that names them, but for those of `reports`, which start from the
folder of the nearest file. The other file may extend a third; a circle is an error.

```toml
extend = "../policycheck.toml"
```
""",
    ),
    "catalogue": Setting(
        readers.text,
        TEXT,
        "a path from the folder of the file, or `pack:NAME`",
        "none",
        """\
What the application may store. Read from the folder of the settings file, and spelled in messages as seen from the
working directory.

```toml
catalogue = "catalogue.yaml"
```
""",
        placed=relocated,
    ),
    "features": Setting(
        readers.features,
        {"anyOf": [TEXTS, {"type": "object", "additionalProperties": {"type": "boolean"}}]},
        "a list of features to switch on, or a table of `true` and `false`",
        "as the catalogue says",
        """\
Features of the catalogue that this site has switched on. What only a switched-off feature stores must never appear.

```toml
features = ["smart"]
```

```toml
features = { smart = true, chat = false }
```
""",
        adds=True,
    ),
    "bindings": Setting(
        readers.table_of(readers.text),
        {"type": "object", "additionalProperties": TEXT},
        "a table: placeholder, value",
        "as the catalogue says",
        """\
The site's own values of placeholders, which make names exact.

```toml
bindings = { CHAT_KEY = "0123abcd" }
```
""",
        adds=True,
    ),
    "select": Setting(
        readers.texts,
        TEXTS,
        "a list of rules: these alone run",
        '`["ALL"]`',
        """\
The rules that run, less those of [`ignore`](#ignore). Where a rule is named in both, the more exact word decides: a
code or a name goes before a group, a group before `ALL`; of two alike, `ignore` does.

```toml
select = ["CON", "RET001"]
```
""",
    ),
    "extend-select": Setting(
        readers.texts,
        TEXTS,
        "a list of rules that run besides",
        "none",
        """\
Adds to `select`: to that of the file which this one [extends](#extend), or to all rules. With `ignore = ["ATT"]` this
leaves one rule of the group:

```toml
extend-select = ["ATT004"]
```
""",
    ),
    "ignore": Setting(
        readers.texts,
        TEXTS,
        "a list of rules that do not run",
        "none",
        """\
```toml
ignore = ["declared-never-observed"]
```
""",
    ),
    "extend-ignore": Setting(
        readers.texts,
        TEXTS,
        "a list of further rules that do not run",
        "none",
        """\
Adds to `ignore` of the file which this one [extends](#extend).

```toml
extend-ignore = ["ATT003"]
```
""",
    ),
    "severity": Setting(
        readers.table_of(readers.severity),
        SEVERITIES,
        "a table: rule, `error`, `warning` or `note`",
        "as the rule says",
        """\
The most exact word wins: `CON001` goes before `CON`, and `CON` before `ALL`. What a project says goes before what a
rule grades by itself.

```toml
severity = { ATT = "error", ATT003 = "note" }
```
""",
        adds=True,
    ),
    "per-path": Setting(
        readers.per_path,
        tables(("path",), path=TEXT, **LOCAL),
        "tables for the paths of requests",
        "none",
        """\
`path` is a glob over the path of the request's URL, in which `*` matches `/` too; of what a page asks of another host,
over the path of the page. `ignore`, `severity` and `select` hold there, and go before those of the project; a later
table goes before an earlier one, and within one table the most exact word wins.

```toml
[[per-path]]
path = "/admin/*"
ignore = ["CON"]
severity = { ATT001 = "error" }
```
""",
        adds=True,
    ),
    "per-test": Setting(
        readers.per_test,
        tables(("test",), test=TEXT, **LOCAL, consent=CONSENT),
        "tables for tests",
        "none",
        """\
`test` is a glob over the node id of a test, as pytest prints it, in which `*` matches everything and brackets stand for
themselves. It may end early: `tests/legacy` names all tests in that folder, `tests/test_shop.py` all in that file,
`tests/test_shop.py::test_cart` all parameters of that test. `ignore`, `severity` and `select` hold there and go before
those of paths; `consent` is what the visitor of such a test has said when it starts. A later table goes before an
earlier one.

```toml
[[per-test]]
test = "tests/legacy/*"
ignore = ["RET"]
severity = { CON001 = "warning" }
consent = "granted"
```
""",
        adds=True,
    ),
    "waivers": Setting(
        readers.waivers,
        WAIVERS,
        "tables of accepted findings",
        "none",
        """\
Findings that somebody accepted, until a day, that one included. They stay in every report and fail nothing.
`subject` is a glob over the name of the entry. All five fields are needed.

```toml
[[waivers]]
codes = ["CON001"]
subject = "_ga*"
reason = "The tag manager is replaced in the summer, see SHOP-321."
owner = "web team"
expires = 2026-09-01
```
""",
        adds=True,
    ),
    "waivers-file": Setting(
        readers.text,
        TEXT,
        "the path of a file with further waivers",
        "none",
        """\
A TOML file that holds `[[waivers]]` as above, and nothing else, so that others can be asked to review it. Its waivers
come after those that stand here.

```toml
waivers-file = "waivers.toml"
```
""",
        placed=absolute,
    ),
    "baseline": Setting(
        readers.text,
        TEXT,
        "the path of the baseline",
        "none",
        """\
The file of findings that were there when checking began: they fail nothing until they are mended, and new ones do.

```toml
baseline = "policycheck-baseline.json"
```
""",
        placed=absolute,
    ),
    "baseline-max-age": Setting(
        readers.max_age,
        TEXT,
        "a length of time, or `never`",
        '`"1 year"`',
        """\
How long an entry of the baseline may stand there before it counts as a finding again.

```toml
baseline-max-age = "6 months"
```
""",
    ),
    "reports": Setting(
        readers.texts,
        TEXTS,
        "a list of reports to write",
        "none",
        """\
Each is a path whose ending tells the format, or `FORMAT=PATH`. Paths start from the folder of the settings file.

```toml
reports = ["policycheck.sarif", "junit=reports/policycheck.xml"]
```
""",
    ),
    "consent": Setting(
        read_consent,
        CONSENT,
        "what the visitor has said when a test starts",
        '`"unset"`',
        """\
A status for every category (`unset`, `granted`, `refused`, `withdrawn`), a list of granted categories, a status by
category, or `observed`: nobody has chosen at the start, and the choice is read from the records that consent managers
store. A test's marker, [`per-test`](#per-test), an observations file and `--consent` go before it.

```toml
consent = "unset"
```

```toml
consent = ["analytics"]
```

```toml
consent = { analytics = "granted", marketing = "refused" }
```

```toml
consent = "observed"
```
""",
    ),
    "tolerance": Setting(
        readers.tolerance,
        {"anyOf": [{"type": "number", "minimum": 0}, TEXT]},
        "seconds, or a length of time",
        "0",
        """\
How much longer than declared a lifetime may be: seconds, or a length of time as in a catalogue.

```toml
tolerance = "1 day"
```
""",
    ),
    "profile": Setting(
        readers.text,
        TEXT,
        "a jurisdiction: `FR`, or the path of a file of your own",
        "none",
        """\
The jurisdiction whose figures are looked at: how long what is exempt may last, how long a choice is kept, which
categories `Sec-GPC: 1` refuses. A key, or the path of a TOML file of your own, from the folder of the settings file;
what has a slash in it or ends in `.toml` is a path. `policycheck profiles` lists the keys: [Profiles](profiles.md).

```toml
profile = "FR"
```
""",
        placed=profile,
    ),
    "hosts": Setting(
        readers.texts,
        TEXTS,
        "further hosts of the application under test",
        "none",
        """\
In `pytest --policycheck` responses of other hosts than the application's own do not count: loopback addresses,
`testserver` and the like do, and those named here.

```toml
hosts = ["shop.example"]
```
""",
    ),
    "fail-on": Setting(
        readers.severity,
        SEVERITY,
        "the least severity that fails a run",
        '`"error"`',
        """\
```toml
fail-on = "warning"
```
""",
    ),
    "cache": Setting(
        readers.flag,
        {"type": "boolean"},
        "`true` or `false`",
        "`true`",
        """\
Whether compiled catalogues are kept in `.policycheck_cache` beside the settings file, so that the next run starts
faster. The folder can be deleted at any time, and ignores itself in git.

```toml
cache = false
```
""",
    ),
    "laws": Setting(
        readers.laws,
        LAWS,
        "a table: law of consent that is not looked at, and why",
        "none",
        """\
[Laws of consent](laws/index.md) that are not looked at when an application is driven through sequences of choices, each
with the reason, which must not be empty. The rules behind them go on elsewhere.

```toml
[laws]
withdrawal-is-as-easy = "The settings are two clicks away on purpose; our counsel agreed, see SHOP-90."
```
""",
        adds=True,
    ),
    "signals": Setting(
        readers.signals,
        SIGNALS,
        "tables: what a consent manager's keys stand for",
        "as the signal says",
        """\
For which categories of the catalogue the keys of a consent manager's record stand: one, a list of them, or `"*"` for
all. `false` in the place of the table leaves a signal out. `policycheck signals` lists them:
[Consent signals](consent-signals.md).

```toml
[signals.klaro]
googleAnalytics = "analytics"
youtube = ["functional", "marketing"]
```

```toml
[signals]
django-cookie-consent = false
```
""",
        adds=True,
    ),
}
