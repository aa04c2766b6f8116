"""Conduct of the trial: the web application for sites, from the same protocol file.

Arguments of one name have one meaning throughout: ``actor`` is the user, and anything that
the user's roles do not allow raises ``AccessError`` (EQ911); ``at`` is the current time, in
UTC; ``reason`` is a text for the audit trail; ``key`` is the file with the key of the
allocation database, and ``anchors`` the folder of the external checkpoints.
"""
