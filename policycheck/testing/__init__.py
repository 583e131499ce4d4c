"""For the tests of other people: the consent machine, drivers of applications, strategies, rule cases."""
