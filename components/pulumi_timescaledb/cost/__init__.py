"""What a host on AWS costs a month: dated prices with their sources, line items, two totals. Pure calculation.

No module here knows of Pulumi, AWS clients or the network; live prices are read by ``tsdb cost --refresh`` and handed
in as values, or saved in a file that previews read (``saved.py``). All money is :class:`decimal.Decimal` in US dollars,
before tax.
"""
