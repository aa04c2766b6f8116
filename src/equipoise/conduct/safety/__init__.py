"""Safety: hold and stopping rules, alerts, infusion day, discharge criteria."""
