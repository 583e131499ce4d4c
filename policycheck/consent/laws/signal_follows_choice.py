"""# signal-follows-choice

## What it says
What the application writes down about the choice says what was chosen: no yes before anybody chose, none for a
category that was not granted, and none that outlives a withdrawal.

## Why
Others act on the record: tags, partners, the server. A record that says yes too early passes a consent on that nobody
gave, and it is the evidence with which the controller would have to show that somebody did.

## Example
```python
visit('/'); refuse_all()
```

The landing page writes a TC string in which purposes are consented to; the visitor has not even seen the banner.

## What it needs
A record that can be read: of one of the consent managers known to policycheck or a plugin, a TC string, a GPP string
or the states of Google's consent mode, stored during the journey.

## Switch it off
```toml
[tool.policycheck.laws]
signal-follows-choice = "The TC string is written by a partner under contract, see SHOP-55."
```

## References
- GDPR Art. 7(1): the controller can show that consent was given
- IAB TCF, Transparency and Consent String: no positive signal before the user's clear affirmative action
- Google consent mode: the default comes before any tag
"""

from __future__ import annotations

from policycheck.consent.laws.law import Law, Need
from policycheck.consent.laws.names import LawName

LAW = Law(
    LawName.SIGNAL_FOLLOWS_CHOICE,
    codes=("CON011",),
    citation='GDPR Art. 7(1); IAB TCF, "When should a TC string be created?".',
    needs=(Need.SIGNAL,),
    module=__name__,
)
