"""A lost password or second factor: one person asks, another confirms, neither gets in.

Who asks gets a link, who confirms gets a code; the person concerned needs both. So no
administrator can take over the account of somebody who may unblind.
"""
