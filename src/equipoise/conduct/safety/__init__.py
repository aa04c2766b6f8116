"""Infusion day: hold and stopping rules, the course of an infusion, discharge."""
