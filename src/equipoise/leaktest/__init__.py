"""Whether anybody who is blinded could learn an arm from the application."""
