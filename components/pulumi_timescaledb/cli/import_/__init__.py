"""``tsdb import``: an existing database as a Pulumi program, a baseline of migrations and a state; it is only read.

:mod:`.survey` looks, :mod:`.writers` turns what is there into declarations (a kind of declaration is one line there),
:mod:`.terse` leaves out what goes without saying, :mod:`.fit` what the rules would refuse, and :mod:`.program`,
:mod:`.baseline` and :mod:`.state` write the three files.
"""
