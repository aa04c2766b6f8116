"""The trial runs: a web application from the same protocol file, and the blind holds.

Arguments of one name mean one thing in all of it: ``actor`` does something, and what the
roles of the actor do not allow is refused (``AccessError``, EQ911); ``at`` is now, in UTC;
``reason`` is in words and stays in the audit; ``key`` is the file of the key of the vault,
and ``anchors`` the folder of the anchors, outside the databases.
"""
